"""What counts as notice, evidence and approval of a model change (§3.9, §3.10, K5, L2, L3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from contracts.domain import change_content, change_evidence, change_impact, change_lead
from contracts.domain.change_content import Notice
from contracts.domain.change_evidence import Shown
from contracts.domain.change_kinds import ChangeClass, ChangeKind, DataClass, Impact, Proof
from contracts.domain.change_lead import LeadTimes
from contracts.domain.sla_clock import Calendar
from contracts.enums import Party, Tier

ALWAYS = Calendar(time_zone="UTC", always_open=True)
DESK = Calendar(
    time_zone="Europe/Berlin",
    weekly=dict.fromkeys(range(5), ((time(9), time(17)),)),
    holidays=frozenset({date(2026, 11, 25)}),
)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def judged(change_class: ChangeClass, days: int, calendar: Calendar = DESK) -> change_lead.Notice:
    return change_lead.judge(
        change_class,
        told_at=MONDAY,
        effect_at=MONDAY + timedelta(days=days),
        terms=LeadTimes(),
        calendar=calendar,
        zone="Europe/Berlin",
    )


@pytest.mark.parametrize(
    ("change_class", "days", "late"),
    [
        (ChangeClass.MAJOR, 12, True),
        (ChangeClass.MAJOR, 29, True),
        (ChangeClass.MAJOR, 30, False),
        # The 25th is a holiday, so the fifth working day after Monday is Tuesday of the next week.
        (ChangeClass.CONFIG, 7, True),
        (ChangeClass.CONFIG, 8, False),
        (ChangeClass.MINOR, 14, True),
        (ChangeClass.MINOR, 15, False),
        (ChangeClass.RETIREMENT, 89, True),
        (ChangeClass.RETIREMENT, 90, False),
    ],
)
def test_a_notice_is_late_by_its_class(change_class, days, late):
    """L2: 12 days before a change of 30 days' notice is a breach."""
    assert judged(change_class, days).late is late


def test_a_notice_says_what_was_given_and_what_was_agreed():
    told = judged(ChangeClass.MAJOR, 12)

    assert (told.given, told.agreed) == ("12 days", "30 days")


def test_round_the_clock_counts_from_monday_to_friday():
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)

    assert change_lead.business_day_after(friday, 1, ALWAYS, "UTC") == date(2026, 11, 30)
    assert change_lead.business_day_after(friday, 5, ALWAYS, "UTC") == date(2026, 12, 4)


@pytest.mark.parametrize(("hours", "late"), [(0, False), (24, False), (25, True)])
def test_an_emergency_is_told_within_a_day(hours, late):
    told = change_lead.judge(
        ChangeClass.EMERGENCY,
        told_at=MONDAY + timedelta(hours=hours),
        effect_at=MONDAY,
        terms=LeadTimes(),
        calendar=DESK,
        zone="Europe/Berlin",
    )

    assert told.late is late


@pytest.mark.parametrize(
    ("tiers", "data", "redacted", "wanted"),
    [
        ([Tier.LOW], None, False, Impact.HIGH),
        ([], [], False, Impact.HIGH),
        ([Tier.LOW], [DataClass.PAYMENT], True, Impact.HIGH),
        ([Tier.LOW], [DataClass.CLAIMS], True, Impact.HIGH),
        ([Tier.LOW], [DataClass.CREDIT], True, Impact.HIGH),
        ([Tier.MEDIUM], [DataClass.PERSONAL], True, Impact.MEDIUM),
        ([Tier.MEDIUM], [DataClass.PERSONAL], False, Impact.HIGH),
        ([Tier.CRITICAL], [DataClass.PERSONAL], True, Impact.HIGH),
        ([Tier.LOW, Tier.MEDIUM], [], False, Impact.LOW),
        ([Tier.LOW, Tier.HIGH], [], False, Impact.MEDIUM),
        ([Tier.CRITICAL], [], False, Impact.HIGH),
    ],
)
def test_impact_is_the_tier_by_the_data(tiers, data, redacted, wanted):
    """§3.10; a change of CS-REPLY weighs medium only while identifiers are taken out before the model."""
    assert change_impact.impact(tiers, data, redacted=redacted) == wanted


@pytest.mark.parametrize(
    ("procured_by", "accountable", "wanted"),
    [
        (Party.CLIENT, None, Party.CLIENT),
        (Party.PROVIDER, None, Party.PROVIDER),
        (Party.PROVIDER, Party.CLIENT, Party.CLIENT),
        (Party.AI_VENDOR, None, Party.CLIENT),
        (Party.PROVIDER, Party.AI_VENDOR, Party.PROVIDER),
    ],
)
def test_who_decides_follows_the_raci_and_then_the_contract(procured_by, accountable, wanted):
    """K5."""
    assert change_impact.decider(procured_by, accountable) == wanted


@pytest.mark.parametrize("decides", [Party.CLIENT, Party.PROVIDER])
def test_the_high_class_always_needs_the_client_and_never_takes_silence_for_consent(decides):
    """L3."""
    chain = change_impact.chain(Impact.HIGH, decides)

    assert Party.CLIENT in chain.approvers
    assert not chain.objection_window


def test_the_medium_class_gives_the_client_time_to_object_where_the_provider_decides():
    assert change_impact.chain(Impact.MEDIUM, Party.PROVIDER).objection_window
    assert change_impact.chain(Impact.MEDIUM, Party.CLIENT).approvers == {Party.CLIENT}
    assert change_impact.chain(Impact.LOW, Party.PROVIDER).told_after


NOTICE = Notice(
    kind=ChangeKind.BASE_MODEL,
    change_class=ChangeClass.MAJOR,
    reference="reader-2.0",
    steps=("approve",),
    reason="The old base model ends",
    behaviour="Reads tables better",
    evaluation="ADR 8.0 % before, 7.6 % after on 400 cases",
    data_handling="Nothing changes",
    rollback_plan="The old version stays warm",
    contact="Sam Ortiz, sam@example.org",
    planned_at=MONDAY + timedelta(days=40),
    test_from=date(2026, 12, 1),
    test_until=date(2026, 12, 20),
)


def wrong(notice: Notice) -> set[str]:
    return {one.field for one in change_content.mistakes(notice, frozenset({"approve"}), MONDAY.date())}


def test_a_whole_notice_has_no_mistakes():
    assert wrong(NOTICE) == set()


@pytest.mark.parametrize("field", sorted(change_content.TEXTS))
def test_a_notice_carries_every_item(field):
    """§3.9."""
    assert wrong(replace(NOTICE, **{field: " short "})) == {field}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"steps": ()}, "steps"),
        ({"steps": ("nowhere",)}, "steps"),
        ({"kind": "magic"}, "kind"),
        ({"change_class": "tiny"}, "change_class"),
        ({"change_class": "config"}, "change_class"),
        ({"change_class": "retirement"}, "change_class"),
        ({"kind": "deprecation"}, "change_class"),
        ({"test_from": None}, "test_from"),
        ({"test_from": date(2026, 11, 1)}, "test_from"),
        ({"test_until": date(2026, 11, 30)}, "test_until"),
        ({"test_until": date(2027, 3, 1)}, "test_until"),
        ({"planned_at": None}, "planned_at"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_at_its_field(changes, field):
    assert wrong(replace(NOTICE, **changes)) == {field}


def test_an_emergency_needs_no_test_window():
    assert wrong(replace(NOTICE, change_class="emergency", test_from=None, test_until=None)) == set()


def found(shown: Shown) -> set[str]:
    at = date(2026, 12, 20)
    return {
        one.field for one in change_evidence.findings(shown, today=at, calendar=DESK, zone="Europe/Berlin")
    }


SUMMARY = "Report 14 of the vendor's laboratory"
REGRESSION = Shown(Proof.REGRESSION, 300, Decimal("8.0"), Decimal("9.0"), summary=SUMMARY)
CANARY = Shown(
    Proof.CANARY,
    share=Decimal(5),
    since=date(2026, 12, 7),
    until=date(2026, 12, 11),
    all_reviewed=True,
    summary=SUMMARY,
)


@pytest.mark.parametrize(
    ("shown", "fields"),
    [
        (REGRESSION, set()),
        (replace(REGRESSION, cases=299), {"cases"}),
        (replace(REGRESSION, after=Decimal("9.1")), {"after"}),
        (replace(REGRESSION, before=None), {"after"}),
        (replace(REGRESSION, after=Decimal(101)), {"after"}),
        (replace(REGRESSION, summary="ok"), {"summary"}),
        (Shown(Proof.SHADOW, 1_000, summary=SUMMARY), set()),
        (Shown(Proof.SHADOW, summary=SUMMARY), {"cases"}),
        (CANARY, set()),
        (replace(CANARY, share=Decimal("4.9")), {"share"}),
        (replace(CANARY, share=Decimal("10.1")), {"share"}),
        (replace(CANARY, until=date(2026, 12, 10)), {"until"}),
        (replace(CANARY, until=date(2026, 12, 24)), {"until"}),
        (replace(CANARY, all_reviewed=False), {"all_reviewed"}),
        (Shown(Proof.ROLLBACK, until=date(2026, 12, 12), summary=SUMMARY), set()),
        (Shown(Proof.ROLLBACK, summary=SUMMARY), {"until"}),
    ],
)
def test_what_is_shown_is_enough_or_says_what_is_missing(shown, fields):
    """§3.10: 300 cases and one point at most; a canary of 5 to 10 % for five business days with everything reviewed."""
    assert found(shown) == fields


def test_only_what_weighs_much_has_to_be_shown():
    assert change_impact.proofs(Impact.LOW, ChangeClass.CONFIG) == ()
    assert set(change_impact.proofs(Impact.HIGH, ChangeClass.MAJOR)) == set(Proof)
    assert change_impact.proofs(Impact.HIGH, ChangeClass.RETIREMENT) == ()
