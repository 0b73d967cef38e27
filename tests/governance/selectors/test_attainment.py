"""How service levels were attained: what was agreed, compared with what the account and the oversight say (U3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.errors import Invalid, NotAllowed, NotVisible
from contracts.domain.sla_kinds import Bound, Metric
from contracts.enums import TargetKind
from contracts.models import ModelChange
from contracts.services import service_levels
from governance.domain import months
from governance.models import ClockRollup
from governance.selectors import attainment
from reviews.enums import Verdict
from reviews.services import claims, clock_sweeps, clocks, decisions, escalations, release
from reviews.services.decisions import Answer
from tests import worlds
from tests.caught_up import catch_up
from tests.factories import reviews as made
from tests.factories import service_levels as levels
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
GOLDEN = [("A", ".35", "97"), ("B", ".25", "100"), ("C", ".20", "90"), ("D", ".20", "100")]


@pytest.fixture
def desk(db: None, at) -> Desk:
    return worlds.build(at).north


def decided_after(desk: Desk, at, minutes: int):
    case = made.waiting_case(desk, at)
    when = at + minutes * MINUTE
    claims.claim(case_id=case.pk, user=desk.reviewer, at=when)
    answer = Answer(verdict=Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=case.pk, user=desk.reviewer, answer=answer, at=when)
    release.release_due(at=when + MINUTE)
    return case


def swept(at) -> None:
    clock_sweeps.judge(at=at)
    clock_sweeps.count(at=at)
    catch_up()


def month_of(desk: Desk, at, user=None) -> attainment.Month:
    return attainment.of(user=user or desk.owner, code=desk.process.code, month=months.of(at), at=at)


def by_name(found: attainment.Month) -> dict[str, attainment.Outcome]:
    return {outcome.level.name: outcome for outcome in found.outcomes}


def reported(desk: Desk, at, *rows: tuple[str, str]) -> None:
    for name, value in rows:
        service_levels.report(
            process=desk.process,
            name=name,
            month=months.of(at),
            value=Decimal(value),
            source="Ledger",
            by=desk.legal,
            at=at,
        )


def test_attainment_is_9695_for_the_golden_set(desk, at):
    """U3: w .35/.25/.20/.20, att .97/1/.90/1."""
    terms = [
        levels.terms(name, weight, bound=Bound.AT_LEAST, target=Decimal(90), floor=Decimal(80))
        for name, weight, _ in GOLDEN
    ]
    levels.agreed(desk, at, *terms)
    reported(desk, at, *((name, value) for name, _, value in GOLDEN))

    assert month_of(desk, at).weighted == Decimal("0.9695")


def test_clocks_make_the_figure_and_a_correction_changes_it(desk, at):
    for minutes in (30, 40, 50):
        decided_after(desk, at, minutes)
    late = decided_after(desk, at, 90)
    swept(at + 100 * MINUTE)
    before = by_name(month_of(desk, at + 100 * MINUTE))["Review within the hour"]

    clocks.pause(
        case_id=late.pk,
        begins=at + 10 * MINUTE,
        ends=at + 50 * MINUTE,
        why="The archive was down",
        by=desk.lead,
        at=at + 110 * MINUTE,
    )
    catch_up()
    after = month_of(desk, at + 120 * MINUTE)

    assert (before.met, before.missed, before.figure) == (3, 1, Decimal(75))
    outcome = by_name(after)["Review within the hour"]
    assert (outcome.met, outcome.missed, outcome.figure, after.breaches) == (4, 0, Decimal(100), 0)


def test_a_floor_missed_twice_running_costs_more_and_is_capped(desk, at):
    terms = [
        levels.terms(name, ".25", bound=Bound.AT_LEAST, target=Decimal(95), floor=Decimal(90))
        for name in "ABCD"
    ]
    draft = levels.drafted(desk, at, *terms)
    service_levels.set_credits(
        agreement_id=draft.pk,
        monthly_fee=Decimal(10_000),
        percent=Decimal(2),
        percent_again=Decimal(5),
        cap=Decimal(12),
        by=desk.legal,
        at=at,
    )
    draft = service_levels.propose(agreement_id=draft.pk, by=desk.legal, at=at)
    for user in (desk.owner, desk.ops):
        service_levels.accept(agreement_id=draft.pk, by=user, said=service_levels.digest(draft), at=at)
    later = at + timedelta(days=31)
    reported(desk, at, *((name, "80") for name in "AB"))
    reported(desk, later, *((name, "80") for name in "ABCD"))

    first, second = month_of(desk, at), month_of(desk, later)

    assert (first.credit_percent, first.credit) == (Decimal(4), Decimal("400.00"))
    assert (second.credit_percent, second.credit) == (Decimal(12), Decimal("1200.00"))
    assert [one.missed_before for one in second.outcomes] == [True, True, False, False]


def test_a_month_is_judged_by_what_was_agreed_then(desk, at):
    later = at + timedelta(days=40)
    levels.agreed(desk, later, levels.terms("Anew"))

    assert "Anew" not in by_name(month_of(desk, at))
    assert list(
        by_name(attainment.of(user=desk.owner, code=desk.process.code, month=months.of(later), at=later))
    ) == ["Anew"]


def test_acknowledgements_and_notices_are_shares_of_what_there_was(desk, at):
    levels.agreed(
        desk,
        at,
        levels.terms(
            "Acks",
            ".5",
            kind=TargetKind.TIME,
            metric=Metric.ACKNOWLEDGEMENT,
            bound=Bound.AT_LEAST,
            target=Decimal(95),
            floor=None,
        ),
        levels.terms(
            "Notices",
            ".5",
            kind=TargetKind.ACTIVITY,
            metric=Metric.CHANGE_NOTICE,
            bound=Bound.AT_LEAST,
            target=Decimal(100),
            floor=None,
        ),
    )
    for minutes in (5, 30):
        escalation = made.escalated_case(desk, at)
        escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at + minutes * MINUTE)
    levels.breach(desk, at)
    assert not ModelChange.objects.exists()

    found = by_name(month_of(desk, at + 60 * MINUTE))

    assert (found["Acks"].met, found["Acks"].missed) == (1, 1)
    assert (found["Notices"].met, found["Notices"].missed) == (0, 1)


def test_of_a_running_month_it_says_where_it_may_end(desk, at):
    made.waiting_cases(desk, at, 4)
    for _ in range(6):
        decided_after(desk, at, 10)
    swept(at + 50 * MINUTE)

    found = month_of(desk, at + 50 * MINUTE)

    forecast = found.forecasts["Review within the hour"]
    assert (forecast.best, forecast.likely) == (Decimal(100), Decimal(60))


def test_the_account_can_be_made_anew_from_the_trail(desk, at):
    decided_after(desk, at, 30)
    swept(at + 40 * MINUTE)
    counted = list(
        ClockRollup.objects.values_list("process", "day", "ledger", "level", "met", "missed", "excluded")
    )

    assert counted == [
        (desk.process.code, (at + 30 * MINUTE).date(), "sla", "Review within the hour", 1, 0, 0)
    ]


def test_attainment_is_for_those_who_read_contracts(at):
    world = worlds.build(at)
    desk = world.north

    for user, refusal in (
        (desk.reviewer, NotAllowed),
        (desk.vendor, NotAllowed),
        (world.stranger, NotVisible),
    ):
        with pytest.raises(refusal):
            month_of(desk, at, user)
    assert month_of(desk, at, desk.viewer).agreement is not None


@pytest.mark.parametrize("text", ["2026", "2026-13", "nonsense", "1999-12", "2099-01"])
def test_a_month_that_cannot_be_meant_is_refused(at, text):
    with pytest.raises(Invalid) as refused:
        months.read(text, at)

    assert refused.value.field == "month"


def test_a_month_is_named_and_followed():
    assert months.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert months.before(date(2026, 1, 1)) == date(2025, 12, 1)
