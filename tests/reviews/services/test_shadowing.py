"""Rules in shadow meet what the rules in force meet, decide nothing, and would have done exactly what is stored."""

import random

import pytest
from django.db import transaction

from audit.errors import Conflict, NotAllowed
from audit.models import Event
from reviews.models import Interaction, ShadowDifference
from reviews.selectors import shadows
from reviews.services import intake, rule_drafts, rules, shadowing
from tests import worlds
from tests.factories.rules import address, changed, post, proposed, rule, simulated, state, tried


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def shadowed(desk, at, value="15000"):
    return shadowing.start(ruleset_id=proposed(desk, at, value).pk, by=desk.admin, at=at)


def accept(desk, at, **changes):
    payload = worlds.payload(desk, **changes)
    receipt = intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0]
    assert receipt.error is None
    return Interaction.objects.get(pk=receipt.id)


def test_start_lets_it_meet_live_interactions_and_decide_nothing(desk, at):
    before = post(desk, at, "6000.00")
    ruleset = shadowed(desk, at)

    went = [post(desk, at, amount) for amount in ("6000.00", "10.00", "26000.00")]

    assert (before, went) == ("review", ["review", "auto_released", "review"])
    (found,) = ShadowDifference.objects.all()
    assert (found.ruleset, found.kind, found.disposition, found.fired) == (
        ruleset,
        "newly_straight",
        "auto_released",
        [],
    )
    assert state(desk.rules) == "active"


def test_it_is_counted_from_what_it_met(desk, at):
    ruleset = shadowed(desk, at)
    for amount in ("6000.00", "7000.00", "10.00"):
        post(desk, at, amount)

    tally = shadows.tally(ruleset)

    assert (tally.evaluated, tally.differing) == (3, 2)
    assert {kind.value: count for kind, count in tally.kinds.items()} == {"newly_straight": 2}


def test_the_imported_past_is_not_met(desk, at):
    shadowed(desk, at)

    payload = worlds.payload(desk, amount="6000.00")
    intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at, origin="import")

    assert not ShadowDifference.objects.exists()


def test_one_version_runs_in_shadow_at_a_time(desk, at):
    shadowed(desk, at)
    other = changed(desk, at, "9000", desk.owner)
    rules.propose(ruleset_id=other.pk, by=desk.owner, at=at)

    with pytest.raises(Conflict) as refused:
        shadowing.start(ruleset_id=other.pk, by=desk.owner, at=at)

    assert refused.value.sentence == "v2 runs in shadow already: stop it first."


@pytest.mark.parametrize("which", ["draft", "active", "twice"])
def test_only_a_proposal_is_put_in_shadow_once(desk, at, which):
    ruleset = {"draft": lambda: changed(desk, at), "active": lambda: desk.rules}.get(
        which, lambda: shadowed(desk, at)
    )()

    with pytest.raises(Conflict):
        shadowing.start(ruleset_id=ruleset.pk, by=desk.admin, at=at)


def test_start_and_stop_are_for_those_who_write_rules(desk, at):
    ruleset = shadowed(desk, at)

    with pytest.raises(NotAllowed):
        shadowing.stop(ruleset_id=ruleset.pk, by=desk.viewer, at=at)
    shadowing.stop(ruleset_id=ruleset.pk, by=desk.owner, at=at)
    post(desk, at, "6000.00")

    assert not ShadowDifference.objects.exists()
    with pytest.raises(Conflict):
        shadowing.stop(ruleset_id=ruleset.pk, by=desk.owner, at=at)


@pytest.mark.parametrize("end", ["approved", "rejected"])
def test_it_ends_with_what_becomes_of_the_version(desk, at, end):
    ruleset = tried(shadowed(desk, at), at)
    if end == "approved":
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    else:
        rules.reject(ruleset_id=ruleset.pk, by=desk.owner, reason="No", at=at)

    ruleset.refresh_from_db()
    assert not ruleset.in_shadow
    assert Event.objects.get(action="rules.shadow_ended").facts["cause"] == end


def test_a_shadow_that_fails_touches_no_route(desk, at, monkeypatch):
    shadowed(desk, at)
    monkeypatch.setattr("reviews.domain.shadow.kind", lambda *_: 1 / 0)

    assert post(desk, at, "6000.00") == "review"
    assert not ShadowDifference.objects.exists()


def test_intake_asks_one_statement_more_where_something_differs_and_none_elsewhere(
    desk, at, django_assert_num_queries, django_assert_max_num_queries
):
    shadowed(desk, at)
    post(desk, at, "10.00")
    with django_assert_max_num_queries(100) as same:
        post(desk, at, "10.00")
    shadowing.stop(ruleset_id=desk.process.rulesets.get(version=2).pk, by=desk.admin, at=at)
    post(desk, at, "10.00")
    with django_assert_num_queries(len(same)):
        post(desk, at, "10.00")


def test_it_would_have_gone_as_it_goes_once_the_version_is_in_force(desk, at):
    """Shadow route = route under that version, for a hundred interactions with sums that build up."""
    ruleset = changed(desk, at, "900")
    for number, (condition, effect) in enumerate(
        [
            ({"field": "confidence", "op": "<", "value": "0.95"}, "senior_only"),
            ({"field": "subject_total", "op": ">=", "value": "4000", "window_hours": 720}, "second_review"),
            (
                {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}},
                "block",
            ),
        ]
    ):
        written = rule(f"AP-S{number}", condition, effect)
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=written, by=desk.admin, at=at)
    rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)
    tried(shadowing.start(ruleset_id=ruleset.pk, by=desk.admin, at=at), at)
    dice = random.Random(4711)
    posted = [
        worlds.payload(
            desk,
            amount=f"{dice.randrange(1, 1500)}.00",
            confidence=dice.randrange(850, 999) / 1000,
            subject_ref=f"supplier-{dice.randrange(4)}",
            attributes={
                "variance": {"percent": str(dice.randrange(4)), "absolute": str(dice.randrange(500))}
            },
        )
        for _ in range(100)
    ]

    def ways():
        with transaction.atomic():
            receipts = intake.accept(payloads=posted, agent=desk.agent, key=desk.key, at=at)
            ids = [receipt.id for receipt in receipts]
            rows = Interaction.objects.select_related("case__queue", "shadow", "routing").in_bulk(ids)
            found = [_ways(rows[one]) for one in ids]
            transaction.set_rollback(True)
        return found

    with transaction.atomic():
        shadow = [would for _, would in ways()]
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
        live = [went for went, _ in ways()]

    assert shadow == live
    assert len(set(shadow)) > 3


def _ways(interaction):
    """Which way it went, and would have gone."""
    case = getattr(interaction, "case", None)
    went = (
        interaction.disposition,
        case.queue.kind if case else "",
        case.needs_second if case else False,
    )
    other = getattr(interaction, "shadow", None)
    return went, (other.disposition, other.queue, other.needs_second) if other else went


# ── Its page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_lists_what_would_have_gone_another_way(desk, at, client):
    shadowed(desk, at)
    interaction = accept(desk, at, amount="6000.00")
    accept(desk, at, amount="10.00")
    client.force_login(desk.owner, backend="contracts.backends.People")

    page = client.get(address("shadow", desk, 2))
    version = client.get(address("version", desk, 2)).content.decode()

    (row,) = page.context["page"].rows
    assert (row.interaction, row.went, row.goes) == (str(interaction.pk), "to a person", "straight through")
    assert "Met 2 interactions" in version
    assert "1 would have gone another way" in version


def test_the_list_goes_on_by_its_last_row(desk, at, monkeypatch):
    ruleset = simulated(desk, at)
    shadowing.start(ruleset_id=ruleset.pk, by=desk.admin, at=at)
    monkeypatch.setattr(shadows, "PAGE", 2)
    wanted = [accept(desk, at, amount="6000.00").pk for _ in range(5)]

    seen, after = [], ""
    for _ in range(3):
        _found, page = shadows.differences(user=desk.owner, code=desk.process.code, number=2, after=after)
        seen += [row.interaction_id for row in page.rows]
        after = page.after

    assert (seen, after) == (sorted(wanted, reverse=True), "")
