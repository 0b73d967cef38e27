"""Simulation equals live routing (B8): random rules, random interactions, through the real intake.

The same items come in twice, in two clients' processes: in one the candidate is in force and routes them live, in the
other it is simulated over what other rules routed.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from audit.errors import Conflict
from reviews.enums import SimulationState
from reviews.models import Interaction, RuleSimulation
from reviews.services import intake, rules, simulating, simulations
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.factories import rules as rule_factory
from tests.factories import simulations as factory

pytestmark = pytest.mark.django_db

EFFECTS = ["human_review", "second_review", "senior_only", "client_final", "block", "sample_boost"]
AMOUNTS = [str(number) for number in (0, 100, 1999, 2000, 4999, 5000, 5001, 9000, 20000)]


def leaf(field, ops, values, **more):
    return st.builds(
        lambda op, value, extra: {"field": field, "op": op, "value": value, **extra},
        st.sampled_from(ops),
        st.sampled_from(values),
        st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in more.items()}),
    )


LEAVES = st.one_of(
    leaf("amount", [">=", "<", "=="], AMOUNTS),
    leaf("confidence", ["<", ">="], ["0.5", "0.9"]),
    leaf("subject_total", [">=", "<"], AMOUNTS, window_hours=[1, 2, 24]),
    leaf("subject_count", [">=", ">"], ["1", "2", "3"], window_hours=[1, 24, 30]),
    leaf("supplier_age_days", ["<=", ">"], ["30", "90"]),
    leaf("decision", ["=="], ["pay", "hold"]),
    leaf("data_classes", ["has_any", "has_none"], [["health"], ["personal", "financial"]]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: {"not": one}, inner),
        st.builds(
            lambda kind, parts: {kind: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=4,
)
RULES = st.lists(st.tuples(TREES, st.sampled_from(EFFECTS)), min_size=1, max_size=4).map(
    lambda pairs: [
        RuleInput(f"X-{number}", "A rule", tree, effect, 3, "amount")
        for number, (tree, effect) in enumerate(pairs, start=1)
    ]
)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.sampled_from([f"{amount}.00" for amount in AMOUNTS]),
            "confidence": st.sampled_from([None, 0.4, 0.95]),
            "subject_ref": st.sampled_from(["", "A", "B"]),
            "step": st.sampled_from(["approve", "approve", "approve", "triage"]),
            "attributes": st.sampled_from([{}, {"supplier_age_days": 20}, {"supplier_age_days": "soon"}]),
            "lineage": st.sampled_from([None, []]),
            "minutes": st.integers(0, 200),
            "together": st.booleans(),
        }
    ),
    min_size=1,
    max_size=10,
)


def posted(desk, item):
    changes = {name: item[name] for name in ("amount", "subject_ref", "step", "attributes")}
    if item["confidence"] is None:
        changes["confidence"] = None
    else:
        changes["confidence"] = item["confidence"]
    if item["lineage"] is not None:
        changes["lineage"] = []
    return worlds.payload(desk, **changes)


def live(desk, items, at):
    """All of them through the real intake, some in one batch with the one before; their ids in order."""
    batches = []
    for item in items:
        if batches and item["together"]:
            batches[-1][1].append(item)
        else:
            at += timedelta(minutes=item["minutes"])
            batches.append((at, [item]))
    ids = []
    for moment, batch in batches:
        receipts = intake.accept(
            payloads=[posted(desk, item) for item in batch], agent=desk.agent, key=desk.key, at=moment
        )
        assert [receipt.error for receipt in receipts] == [None] * len(batch)
        ids += [receipt.id for receipt in receipts]
    return ids, at


def in_force(desk, wanted, at):
    """These rules in force on the desk."""
    draft = factory.drafted(desk, at, wanted)
    try:
        proposal = rules.propose(ruleset_id=draft.pk, by=desk.admin, at=at)
    except Conflict:
        # Unsafe rules, such as one that releases an adverse outcome, never route anything.
        reject()
    rule_factory.tried(proposal, at)
    return rule_factory.approved(desk, draft, at)


def way(interaction):
    case = getattr(interaction, "case", None)
    routing = interaction.routing
    return (
        interaction.disposition,
        case.queue.kind if case else "",
        bool(case and routing.needs_second),
        sorted(rule["code"] for rule in routing.fired),
    )


@settings(
    max_examples=12,
    deadline=None,
    # Each example is a world of its own: to shrink one takes longer than to read it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
@given(base=RULES, candidate=RULES, items=ITEMS)
def test_b8_simulation_is_what_live_routing_does(at, base, candidate, items):
    # Each example begins with the same worlds.
    with transaction.atomic():
        _same(at, base, candidate, items)
        transaction.set_rollback(True)


def _same(at, base, candidate, items):
    world = worlds.build(at)
    before, after = world.north, world.south
    in_force(before, base, at)
    in_force(after, candidate, at)
    begin = at + timedelta(hours=1, minutes=20)
    tried, end = live(before, items, begin)
    routed, _ = live(after, items, begin)
    draft = factory.drafted(before, end, candidate)
    asked = simulations.ask_period(
        ruleset_id=draft.pk, by=before.admin, at=end + timedelta(minutes=1), since=begin
    )
    kept = {}
    add = simulating.Figures.count

    def noted(self, judged):
        codes = [self.trial.candidate.rules[place].code for place in judged.fired_after]
        kept[judged.id.replace("-", "")] = (*judged.after, sorted(codes))
        add(self, judged)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulating.Figures, "count", noted)
        simulating.sweep(clock=lambda: end + timedelta(minutes=2))
    asked = RuleSimulation.objects.get(pk=asked.pk)
    assert asked.state == SimulationState.DONE, asked.error
    found = Interaction.objects.select_related("case__queue", "routing").in_bulk(routed)
    assert [kept[one.hex] for one in tried] == [way(found[other]) for other in routed]
