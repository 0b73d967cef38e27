"""R1, R4: protected attributes come in, are compared in sums, and are read in no other way."""

from datetime import datetime, timedelta

import pytest

from audit.domain.ids import new_id
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Process, ProcessStep
from governance.domain.bias import Counts
from governance.models import BiasAudit, ProtectedAttribute
from governance.selectors import bias as selector
from governance.services import bias_audits, protected_attributes, records
from reviews.domain import windows
from reviews.enums import Verdict
from reviews.models import Interaction
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import bias as make
from tests.factories import qa
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return qa.settled_now()


@pytest.fixture
def world(now: datetime) -> World:
    return worlds.build(now - timedelta(days=2))


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def straight(desk: Desk, at: datetime, group: str, count: int) -> list[tuple[str, str, str]]:
    """So many of a group went straight through: a favourable outcome."""
    rows = [(f"{group} {number}", "age_band", group) for number in range(count)]
    for name, _, _ in rows:
        qa.straight_through(desk, at, external_id=name, subject_ref=name)
    return rows


def reviewed(desk: Desk, at: datetime, group: str, name: str) -> tuple[str, str, str]:
    """One that a person looked at."""
    qa.released_case(desk, at, external_id=name, subject_ref=name)
    return (name, "age_band", group)


def supply(desk: Desk, rows: list[tuple[str, str, str]], at: datetime) -> int:
    return protected_attributes.supply(code=desk.process.code, rows=make.lines(rows), by=desk.dpo, at=at)


def audit(desk: Desk, at: datetime, days: int = 0) -> BiasAudit:
    today = windows.local_day(at, desk.process.time_zone)
    return bias_audits.audit(
        code=desk.process.code,
        attribute="age_band",
        since=today - timedelta(days=days),
        until=today,
        by=desk.governance,
        at=at,
    )


def test_ai_and_people_stand_beside_each_other_and_the_trail_knows_no_person(desk: Desk, now: datetime):
    rows = straight(desk, now, "over 50", 12)
    rows += [reviewed(desk, now, "over 50", f"case {n}") for n in range(2)]
    supply(desk, rows, now)

    (line,) = audit(desk, now + timedelta(minutes=5)).lines

    assert (line["ai"]["of"], line["ai"]["share"]) == (14, 1.0)
    # Two were looked at: so few that nothing is told of them.
    assert line["changed"]["of"] is None
    assert line["changed"]["share"] is None
    supplied, audited = Event.objects.filter(action__in=["attributes.supplied", "bias.audited"]).order_by(
        "pk"
    )
    assert supplied.facts == {"attributes": ["age_band"], "rows": 14}
    assert (audited.facts["groups"], audited.facts["suppressed"], audited.facts["flagged"]) == (1, 0, [])
    assert "over 50" not in str(supplied.facts) + str(audited.facts)


def test_fewer_than_ten_are_suppressed(desk: Desk, now: datetime):
    supply(desk, [*straight(desk, now, "a", 10), *straight(desk, now, "b", 9)], now)

    lines = {line["group"]: line for line in audit(desk, now).lines}

    assert (lines["a"]["people"]["of"], lines["b"]["people"]["of"], lines["b"]["ai"]["share"]) == (
        10,
        None,
        None,
    )


def test_two_audits_that_overlap_are_refused_and_the_same_days_are_not(desk: Desk, now: datetime):
    supply(desk, straight(desk, now, "a", 10), now)
    audit(desk, now, days=3)

    with pytest.raises(Conflict, match="shares days"):
        audit(desk, now, days=2)

    assert audit(desk, now, days=3).lines
    assert BiasAudit.objects.count() == 2


def test_days_without_the_attribute_are_refused(desk: Desk, now: datetime):
    straight(desk, now, "a", 1)

    with pytest.raises(Conflict, match="Nothing that went out"):
        audit(desk, now)

    assert not BiasAudit.objects.exists()


@pytest.mark.parametrize("who", ["reviewer", "auditor", "lead", "admin", "governance"])
def test_only_who_keeps_the_records_supplies(desk: Desk, now: datetime, who: str):
    rows = make.lines(straight(desk, now, "a", 1))

    with pytest.raises(NotAllowed):
        protected_attributes.supply(code=desk.process.code, rows=rows, by=getattr(desk, who), at=now)
    assert not ProtectedAttribute.objects.exists()

    assert protected_attributes.supply(code=desk.process.code, rows=rows, by=desk.dpo, at=now) == 1


def test_another_client_supplies_and_audits_nothing_here(world: World, now: datetime):
    desk, stranger = world.north, world.south
    rows = straight(desk, now, "a", 1)

    with pytest.raises(NotVisible):
        protected_attributes.supply(code=desk.process.code, rows=make.lines(rows), by=stranger.dpo, at=now)
    with pytest.raises(NotAllowed):
        bias_audits.audit(
            code=desk.process.code,
            attribute="age_band",
            since=now.date(),
            until=now.date(),
            by=desk.dpo,
            at=now,
        )

    assert not ProtectedAttribute.objects.exists()
    assert not BiasAudit.objects.exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "no rows"),
        ([("x", "age_band", "a")], "No interaction has this external_id: row 1"),
        ([("a 0", "Age Band", "a")], "small letters"),
        ([("a 0", "age_band", "")], "A group is"),
        ([("a 0", "age_band", "b" * 41)], "A group is"),
        ([("a 0", "age_band", "a"), ("a 0", "age_band", "b")], "two groups: row 2"),
    ],
)
def test_what_cannot_be_is_named_by_its_row_and_nothing_is_kept(desk: Desk, now: datetime, rows, sentence):
    good = straight(desk, now, "a", 1)

    with pytest.raises(Invalid, match=sentence):
        supply(desk, rows, now)
    assert not ProtectedAttribute.objects.exists()

    assert supply(desk, good, now) == 1


def test_the_groups_of_an_attribute_are_limited_over_all_that_was_supplied(desk: Desk, now: datetime):
    rows = straight(desk, now, "a", 21)
    supply(desk, [(name, "age_band", f"g{n}") for n, (name, _, _) in enumerate(rows[:20])], now)

    with pytest.raises(Invalid, match="20 groups"):
        supply(desk, [(rows[20][0], "age_band", "one more")], now)

    assert ProtectedAttribute.objects.count() == 20


def test_supplying_again_replaces(desk: Desk, now: datetime):
    ((name, _, _),) = straight(desk, now, "a", 1)
    supply(desk, [(name, "age_band", "a")], now)

    supply(desk, [(name, "age_band", "b")], now)

    assert list(ProtectedAttribute.objects.values_list("group", flat=True)) == ["b"]


def test_what_was_kept_long_enough_is_dropped_once(desk: Desk, now: datetime):
    supply(desk, straight(desk, now, "a", 2), now)
    later = now + protected_attributes.KEPT

    assert protected_attributes.forget(at=later) == 0
    assert protected_attributes.forget(at=later + timedelta(seconds=1)) == 2
    assert protected_attributes.forget(at=later + timedelta(seconds=2)) == 0
    assert Event.objects.filter(action="attributes.forgotten").count() == 1


def test_an_erasure_takes_the_groups_of_the_person_along(desk: Desk, now: datetime):
    supply(desk, straight(desk, now, "a", 2), now)
    erased = Interaction.objects.get(external_id="a 0")

    records.erase(
        log=desk.client.log_key,
        subject=erased.subject,
        legal_basis="gdpr_17_1_a",
        ticket="T-1",
        user=desk.dpo,
        at=now,
    )

    assert list(ProtectedAttribute.objects.values_list("interaction__external_id", flat=True)) == ["a 1"]


def test_a_refusal_that_people_turned_round_counts_as_overturned_and_changed(desk: Desk, now: datetime):
    refused = {"decision": "hold", "amount": "1200.00", "comment": "On hold"}
    turned = Answer(Verdict.EDIT, {"decision": "pay"}, "WRONG_POLICY", "The order allows it")
    qa.released_case(desk, now, answer=turned, external_id="turned", ai_output=refused)
    qa.released_case(desk, now, external_id="kept", ai_output=refused)
    ProcessStep.objects.filter(process=desk.process).update(adverse_outcomes={"decision": ["hold"]})
    Process.objects.filter(pk=desk.process.pk).update(stamp=new_id())
    rows = [("turned", "age_band", "a"), ("kept", "age_band", "a")]
    supply(desk, rows, now)
    today = windows.local_day(now, desk.process.time_zone)

    counts = selector.counts(desk.process, "age_band", today, today + timedelta(days=1))

    assert counts == {
        "a": Counts(
            decided=2,
            favoured_by_ai=0,
            favoured=1,
            reviewed=2,
            changed=1,
            reviewed_adverse=2,
            overturned=1,
        )
    }
