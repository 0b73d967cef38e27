"""Simulation (B8): a little world counted by hand, and what a worker's life does to it."""

from datetime import timedelta

import pytest

from audit.models import Event
from contracts.enums import Degree
from reviews.enums import RuleSetState, SimulationState, Verdict
from reviews.models import RuleSimulation, SimulatedChange
from reviews.selectors import simulations as selector
from reviews.services import rules, simulated_period, simulating, simulations
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import halts
from tests.factories import reviews as factory
from tests.factories import rules as rule_factory
from tests.factories import simulations as simulated

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def told(simulation: RuleSimulation) -> dict:
    simulation.refresh_from_db()
    assert simulation.state == SimulationState.DONE, simulation.error
    return simulation.result


def test_b8_a_threshold_of_fifteen_thousand_counted_by_hand(desk, at):
    """Story 12: of four invoices two were above €5,000 alone; these go straight through, and one had been corrected."""
    simulated.post(desk, at, amount="1200.00")
    plain = simulated.post(desk, at, amount="6000.00", subject_ref="A")
    edit = Answer(Verdict.REJECT, reason_code="WRONG_FACT")
    corrected = factory.decided_case(desk, at, answer=edit, amount="9000.00", subject_ref="B")
    simulated.post(desk, at, amount="16000.00", subject_ref="C")
    simulated.post(desk, at, amount="30000.00", subject_ref="D")
    draft = rule_factory.changed(desk, at, "15000")
    later = at + timedelta(minutes=5)

    simulation = simulated.done(draft, desk.admin, later)

    result = told(simulation)
    assert (result["seen"], result["changed"], result["unjudged"], result["rerouted"]) == (5, 2, 0, 0)
    straight = result["kinds"]["newly_straight"]
    assert straight == {"count": 2, "amounts": 2, "total": "15000.00", "largest": "9000.00"}
    assert result["straight"] == {"before": 1, "after": 3}
    assert result["people"] == {"before": 4, "after": 2}
    assert result["queues"]["review"]["before"] == 4
    assert result["missed"] == {"reject": 1}
    hits = {line["code"]: (line["before"], line["after"]) for line in result["rules"]}
    assert hits == {"AP-R1": (4, 2), "AP-R2": (1, 1), "AP-R3": (1, 1), "AP-R4": (0, 0)}
    first, second = SimulatedChange.objects.filter(simulation=simulation).order_by("rank")
    assert (first.interaction_id, first.missed) == (corrected.interaction_id, "reject")
    assert (second.interaction_id, second.fired_before, second.fired_after) == (plain.id, ["AP-R1"], [])
    assert result["queues"]["review"]["hours"] is None, "one decision measures nothing"
    assert result["risk"] is None


def test_b2_windows_that_nobody_asked_for_then_are_summed_in_order(desk, at):
    """Three of €2,000 in a day against a new rule of €5,000 over 24 h: the third would have been held, and what was
    before the period counts."""
    day = timedelta(hours=24)
    for number in range(4):
        simulated.post(desk, at + timedelta(hours=number), amount="2000.00", subject_ref="A")
    late = simulated.post(desk, at + 2 * day, amount="2000.00", subject_ref="A")
    other = simulated.post(desk, at + timedelta(hours=3), amount="4900.00", subject_ref="B")
    split = {"field": "subject_total", "op": ">=", "value": "5000", "window_hours": 30}
    draft = simulated.drafted(desk, at, [rule_factory.rule("N-1", split)])
    later = at + 3 * day

    simulation = simulated.done(draft, desk.admin, later, since=at + timedelta(hours=1, minutes=30))

    result = told(simulation)
    changed = simulated.listed(simulation)
    assert result["seen"] == 4
    assert result["kinds"]["newly_reviewed"]["count"] == 2
    assert str(late.id) not in changed
    assert str(other.id) not in changed


def test_a_proposal_is_simulated_and_the_rules_in_force_are_untouched(desk, at):
    simulated.post(desk, at, amount="6000.00")
    active = desk.process.rulesets.get(state=RuleSetState.ACTIVE)
    desk.process.refresh_from_db()
    stamp = desk.process.stamp
    proposal = rule_factory.proposed(desk, at, "15000")

    simulation = simulated.done(proposal, desk.admin, at + timedelta(minutes=1))

    proposal.refresh_from_db()
    desk.process.refresh_from_db()
    assert proposal.state == RuleSetState.SIMULATED
    assert (desk.process.rulesets.get(state=RuleSetState.ACTIVE), desk.process.stamp) == (active, stamp)
    assert selector.latest_done(proposal) == simulation
    actions = Event.objects.filter(object_id=str(proposal.pk)).order_by("id").values_list("action", flat=True)
    assert list(actions)[-3:] == ["rules.simulation_requested", "rules.simulation_done", "rules.simulated"]
    rules.approve(ruleset_id=proposal.pk, by=desk.owner, at=at + timedelta(minutes=2), against=1)


def test_cancelling_while_it_is_counted_leaves_nothing(desk, at, monkeypatch):
    for _ in range(3):
        simulated.post(desk, at, amount="6000.00")
    draft = rule_factory.changed(desk, at, "15000")
    simulation = simulated.asked(draft, desk.admin, at + timedelta(minutes=1))
    count = simulated_period._counted

    def interrupted(*args):
        simulations.cancel(simulation_id=simulation.pk, by=desk.admin, at=at + timedelta(minutes=1))
        return count(*args)

    monkeypatch.setattr(simulated_period, "_counted", interrupted)

    assert simulating.sweep(clock=lambda: at + timedelta(minutes=2)) == 0

    simulation.refresh_from_db()
    assert (simulation.state, simulation.result) == (SimulationState.CANCELLED, None)
    assert not SimulatedChange.objects.exists()
    assert simulating.sweep(clock=lambda: at + timedelta(minutes=9)) == 0


def test_what_breaks_off_three_times_is_given_up(desk, at, monkeypatch):
    draft = rule_factory.changed(desk, at, "15000")
    simulation = simulated.asked(draft, desk.admin, at)
    healthy = simulated.asked(draft, desk.owner, at + timedelta(seconds=1))
    count = simulated_period.count

    def poisoned(snapshot, trial, figures, since, until, beat):
        if until == at:
            raise RuntimeError("a poison interaction")
        count(snapshot, trial, figures, since, until, beat)

    monkeypatch.setattr(simulated_period, "count", poisoned)

    assert simulating.sweep(clock=lambda: at + timedelta(minutes=1)) == 1

    simulation.refresh_from_db()
    healthy.refresh_from_db()
    assert (simulation.state, simulation.attempts, healthy.state) == ("failed", 3, "done")
    assert "broke off 3 times" in simulation.error
    failed = Event.objects.get(action="rules.simulation_failed")
    assert (failed.facts["simulation"], failed.facts["cause"], failed.actor_type) == (
        str(simulation.pk),
        "gave_up",
        "system",
    )


def test_a_dead_worker_s_simulation_is_begun_anew_and_counted_once(desk, at, monkeypatch):
    simulated.post(desk, at, amount="6000.00")
    draft = rule_factory.changed(desk, at, "15000")
    simulation = simulated.asked(draft, desk.admin, at + timedelta(minutes=1))
    finish = simulating._finish

    def dies(*args):
        raise SystemExit

    monkeypatch.setattr(simulating, "_finish", dies)
    with pytest.raises(SystemExit):
        simulating.sweep(clock=lambda: at + timedelta(minutes=1))
    monkeypatch.setattr(simulating, "_finish", finish)
    assert simulating.sweep(clock=lambda: at + timedelta(minutes=1, seconds=59)) == 0, "the dead one holds it"

    assert simulating.sweep(clock=lambda: at + timedelta(minutes=3)) == 1
    assert simulating.sweep(clock=lambda: at + timedelta(minutes=9)) == 0

    assert told(simulation)["changed"] == 1
    assert simulation.attempts == 2
    assert SimulatedChange.objects.count() == 1


def test_subjects_that_no_window_looks_back_to_are_dropped(desk, at):
    """Memory holds what the longest window needs, however long the period is."""
    for days in range(8):
        simulated.post(desk, at + timedelta(days=days), amount="10.00", subject_ref=f"S{days}")
    split = {"field": "subject_total", "op": ">=", "value": "5000", "window_hours": 5}
    draft = simulated.drafted(desk, at, [rule_factory.rule("N-1", split)])
    until = at + timedelta(days=9)
    simulation = simulated.asked(draft, desk.admin, until)
    sizes = []
    turn = simulated_period._Sums.turn

    def measured(self, page):
        turn(self, page)
        sizes.append((len(self.running.added), len(self.known)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulated_period._Sums, "turn", measured)
        patch.setattr(simulated_period, "PAGE", 1)
        simulated.run(simulation, until)

    assert told(simulation)["seen"] == 8
    assert len(sizes) == 8
    assert max(sizes) <= (1, 1)


@pytest.mark.parametrize("degree", [Degree.HOLD, Degree.SHADOW])
def test_what_a_halt_did_is_no_difference_between_rules(desk, at, degree):
    """W1: rules are compared with rules, whatever was halted when an interaction came in."""
    halts.engaged(desk, at, degree=degree)
    simulated.post(desk, at, amount="100.00")
    simulated.post(desk, at, amount="6000.00")
    proposal = rule_factory.proposed(desk, at, "15000")

    simulation = simulated.done(proposal, desk.admin, at + timedelta(minutes=1))

    assert (told(simulation)["seen"], [one[0] for one in simulated.listed(simulation).values()]) == (
        2,
        ["newly_straight"],
    )


def test_a_quiet_moment_moves_no_proposal_on(desk, at):
    """A simulation of a moment in which nothing came in is no trial of the rules."""
    proposal = rule_factory.proposed(desk, at, "15000")

    done = simulated.done(proposal, desk.admin, at, since=at - timedelta(hours=1), until=at)

    assert (done.state, rule_factory.state(proposal)) == (SimulationState.DONE, "proposed")
