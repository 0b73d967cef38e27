"""R2: audits of bias by schedule, and the boost of the sample that tells nobody who belongs to a group (R4)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.models import Event
from contracts.models import Notification, Process
from governance.models import BiasAudit, ProtectedAttribute
from governance.services import bias_audits, protected_attributes, sample_boosts
from reviews.enums import DrawKind, ReasonCode, Verdict
from reviews.models import Evaluation, ExtraPick, Interaction
from reviews.services import draws, targeted_draws
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import bias as make
from tests.factories import consequences, qa
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

# In the month before that of `now`.
THEN = datetime(2026, 2, 16, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    return worlds.build(THEN - timedelta(days=1)).north


def went_out(desk: Desk, group: str, count: int, prefix: str = "") -> list[tuple[str, str, str]]:
    names = [f"{prefix}{group} {number}" for number in range(count)]
    for name in names:
        qa.straight_through(desk, THEN, external_id=name, subject_ref=name)
    return [(name, "age_band", group) for name in names]


def supply(desk: Desk, rows: list[tuple[str, str, str]], at: datetime = NOW) -> None:
    protected_attributes.supply(code=desk.process.code, rows=make.lines(rows), by=desk.dpo, at=at)


def turned_round(desk: Desk, group: str, count: int) -> list[tuple[str, str, str]]:
    """The AI wanted to deny each of them, and a reviewer paid."""
    denied = {"decision": "deny", "amount": "1200.00", "comment": "Matches order and receipt."}
    pays = Answer(Verdict.OVERRIDE, output={"decision": "pay"}, reason_code=ReasonCode.WRONG_FACT)
    names = [f"{group} {number}" for number in range(count)]
    for name in names:
        qa.released_case(desk, THEN, answer=pays, ai_output=denied, external_id=name, subject_ref=name)
    return [(name, "age_band", group) for name in names]


def flagged_month(desk: Desk) -> set[UUID]:
    """A month in which the AI was against one group of two; whoever belongs to it."""
    supply(desk, [*went_out(desk, "under 50", 30), *turned_round(desk, "over 50", 30)])
    return set(ProtectedAttribute.objects.filter(group="over 50").values_list("interaction", flat=True))


def test_r2_the_last_calendar_month_is_audited_once(desk: Desk):
    supply(desk, went_out(desk, "a", 2))

    assert [bias_audits.audit_due(at=NOW + timedelta(days=day)) for day in range(3)] == [1, 0, 0]

    made = BiasAudit.objects.get()
    assert (made.since.isoformat(), made.until.isoformat(), made.audited_by) == (
        "2026-02-01",
        "2026-02-28",
        None,
    )
    event = Event.objects.get(action="bias.audited")
    assert (event.actor_type, event.facts["flagged"]) == ("system", [])
    assert not ExtraPick.objects.exists()


def test_r2_a_month_of_which_days_were_audited_is_left_alone(desk: Desk):
    supply(desk, went_out(desk, "a", 2))
    bias_audits.audit(
        code=desk.process.code,
        attribute="age_band",
        since=THEN.date(),
        until=THEN.date(),
        by=desk.governance,
        at=NOW,
    )

    assert bias_audits.audit_due(at=NOW) == 0
    assert BiasAudit.objects.count() == 1


def test_r2_what_is_supplied_later_is_audited_later(desk: Desk):
    assert bias_audits.audit_due(at=NOW) == 0
    rows = went_out(desk, "a", 2)
    assert bias_audits.audit_due(at=NOW) == 0

    supply(desk, rows, NOW + timedelta(days=5))

    assert bias_audits.audit_due(at=NOW + timedelta(days=5)) == 1


def test_r2_a_flagged_group_brings_ten_of_it_among_ten_others(desk: Desk):
    members = flagged_month(desk)

    assert bias_audits.audit_due(at=NOW) == 1

    assert BiasAudit.objects.get().flagged
    picked = set(ExtraPick.objects.values_list("interaction", flat=True))
    assert (len(picked), len(picked & members)) == (20, 10)
    assert Event.objects.get(action="sample.enlarged").facts == {"size": 20}
    told = Notification.objects.filter(subject__contains="fares differently")
    assert {one.user for one in told} == {desk.governance}

    by_hand = bias_audits.audit(
        code=desk.process.code,
        attribute="age_band",
        since=BiasAudit.objects.get().since,
        until=BiasAudit.objects.get().until,
        by=desk.governance,
        at=NOW,
    )
    assert by_hand.flagged
    assert set(ExtraPick.objects.values_list("interaction", flat=True)) == picked, "picked for once"

    # The next targeted draw takes them along, beyond its cap, and says of none why.
    Process.objects.update(intake={**desk.process.intake, "autoqa": {"daily_cap": 0}})
    qa.planned(desk, NOW - timedelta(days=2))
    qa.straight_through(desk, NOW - timedelta(days=1))
    draws.draw_due(at=NOW)
    assert targeted_draws.draw_due(at=NOW) == 1
    assert targeted_draws.draw_due(at=NOW + timedelta(days=1)) == 0
    drawn = Evaluation.objects.filter(kind=DrawKind.TARGETED)
    assert set(drawn.values_list("interaction", flat=True)) == picked
    assert set(drawn.values_list("stratum", "pi")) == {("targeted", None)}
    everything = " ".join(str(event.body) for event in Event.objects.all() if event.action != "bias.audited")
    assert "over 50" not in everything


def test_r4_under_ten_on_either_side_nothing_is_picked(desk: Desk):
    supply(desk, [*went_out(desk, "few", 9), *went_out(desk, "many", 12)])
    days = {"since": THEN.date(), "until": THEN.date(), "at": NOW}

    def boost(*groups: str) -> int:
        return sample_boosts.boost(process=desk.process, attribute="age_band", groups=groups, **days)

    assert boost("few") == 0
    assert boost("many") == 0, "nine others are too few"
    assert not ExtraPick.objects.exists()

    went_out(desk, "more", 1)
    assert boost("many") == 20


def test_r4_what_an_auditor_has_already_is_not_picked(desk: Desk):
    supply(desk, [*went_out(desk, "a", 12), *went_out(desk, "b", 12)])
    taken = Interaction.objects.filter(external_id__in=["a 0", "a 1"])
    for interaction in taken:
        consequences.drawn(desk, interaction, NOW)

    made = sample_boosts.boost(
        process=desk.process,
        attribute="age_band",
        groups=["a"],
        since=THEN.date(),
        until=THEN.date(),
        at=NOW,
    )

    assert made == 20
    assert not ExtraPick.objects.filter(interaction__in=taken).exists()
