"""Intake, with the golden cases of the requirements: what goes straight through, what waits, what is set apart."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from celery import current_app
from django.db import IntegrityError, transaction

from audit.errors import Conflict, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Process
from contracts.services import processes, rates
from reviews.enums import Disposition, InteractionState
from reviews.models import Case, Interaction, RoutingDecision, SubjectTally
from reviews.services import intake, rule_drafts, rules
from reviews.services.intake import Receipt
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.factories import rules as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(at):
    return worlds.build(at)


@pytest.fixture
def desk(world) -> Desk:
    return world.north


def post(desk: Desk, at, *changes: dict[str, Any]) -> list[Receipt]:
    payloads = [worlds.payload(desk, **one) for one in (changes or ({},))]
    return intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)


def activate(desk: Desk, at, *inputs: RuleInput) -> None:
    """These rules in force beside those of the desk; one of the same code takes the other's place."""
    ruleset = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    for one in inputs:
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=one, by=desk.admin, at=at)
    made.tried(rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at), at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)


def police(desk: Desk, **policy: Any) -> None:
    """Another intake policy for the desk's process."""
    process = Process.objects.get(pk=desk.process.pk)
    Process.objects.filter(pk=process.pk).update(intake=process.intake | policy)
    processes.touch(process)


def codes(receipt: Receipt) -> list[str]:
    return [reason["code"] for reason in receipt.reasons]


AUTO, REVIEW, QUARANTINED = Disposition.AUTO_RELEASED, Disposition.REVIEW, Disposition.QUARANTINED
BAND = RuleInput(
    "AP-R7",
    "Outside the band",
    {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}},
    "human_review",
    3,
    "amount",
)
HEALTH = RuleInput(
    "AP-R8",
    "Sensitive data",
    {"field": "data_classes", "op": "has_any", "value": ["special_category", "health"]},
    "human_review",
    2,
    "amount",
)
SPLIT = RuleInput(
    "AP-R3",
    "Splitting",
    {"field": "subject_total", "op": ">=", "value": "5000", "window_hours": 24},
    "human_review",
    2,
    "splitting",
)


# ── Golden cases ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "_case, amount, disposition",
    [
        ("B2 one cent below", "4999.99", AUTO),
        ("B2 at the threshold", "5000.00", REVIEW),
        ("B2 written as a number", 5000, REVIEW),
        ("B2 a number one cent below", 4999.99, AUTO),
        ("B2 in another spelling", "5e3", REVIEW),
        ("B2 a fraction of a cent below counts as the cent", "4999.996", REVIEW),
    ],
)
def test_accept_holds_amounts_from_the_threshold_on(desk, at, _case: str, amount: Any, disposition) -> None:
    [receipt] = post(desk, at, {"amount": amount})

    assert receipt.disposition == disposition
    sentences = [reason["sentence"] for reason in receipt.reasons]
    assert sentences == ([] if disposition == AUTO else ["Amount ≥ €5,000 (rule AP-R1 v1)"])


def test_accept_holds_the_one_of_a_batch_that_crosses_the_sum(desk, at) -> None:
    activate(desk, at, SPLIT)
    split = {"amount": "2000.00", "subject_ref": "supplier-88"}

    receipts = post(desk, at, split, {"amount": "4000.00", "subject_ref": "other"}, split, split, split)

    assert [receipt.disposition for receipt in receipts] == [AUTO, AUTO, AUTO, REVIEW, REVIEW]
    assert "rule AP-R3 v2" in receipts[3].reasons[0]["sentence"]


def test_accept_adds_up_over_requests_within_the_window(desk, at) -> None:
    activate(desk, at, SPLIT)
    split = {"amount": "2000.00", "subject_ref": "supplier-88"}

    found = [post(desk, at + timedelta(hours=hours), split)[0].disposition for hours in (0, 1, 2, 60, 61)]

    assert found == [AUTO, AUTO, REVIEW, AUTO, AUTO]


def test_accept_adds_up_amounts_it_could_not_convert(desk, at) -> None:
    activate(desk, at, SPLIT)
    post(desk, at, {"amount": "6000.00", "currency": "USD", "subject_ref": "supplier-88"})

    assert list(SubjectTally.objects.filter(count__gt=0, currency="USD").values_list("count", "amount")) == [
        (1, Decimal(6000))
    ]


def test_accept_sends_a_missing_confidence_to_a_person(desk, at) -> None:
    [receipt] = post(desk, at, {"confidence": None})

    assert receipt.disposition == REVIEW
    assert "CONFIDENCE_MISSING" in codes(receipt)


def test_accept_finds_a_health_term_that_was_not_declared(desk, at) -> None:
    activate(desk, at, HEALTH)

    found, plain = post(desk, at, {"input": {"note": "The patient has diabetes and takes insulin."}}, {})

    assert (found.disposition, plain.disposition) == (REVIEW, AUTO)


def test_accept_takes_declared_classes_as_well(desk, at) -> None:
    activate(desk, at, HEALTH)

    [receipt] = post(desk, at, {"data_classes": ["health"]})

    assert receipt.disposition == REVIEW


@pytest.mark.parametrize(
    "_case, variance, disposition",
    [
        ("B7 inside the band", {"percent": 1.9, "absolute": 240}, AUTO),
        ("B7 too much in euros", {"percent": 1.9, "absolute": 260}, REVIEW),
        ("B7 too much in percent", {"percent": "2.1", "absolute": "240"}, REVIEW),
        ("B7 a shape nobody knows", {"percent": [2]}, REVIEW),
        ("B7 not a number", {"percent": "a lot", "absolute": 1}, REVIEW),
    ],
)
def test_accept_lets_small_variances_through(desk, at, _case: str, variance: dict, disposition) -> None:
    activate(desk, at, BAND)

    [receipt] = post(desk, at, {"attributes": {"variance": variance}})

    assert receipt.disposition == disposition


@pytest.mark.parametrize(
    "_case, changes, detail",
    [
        (
            "B9 a model nobody approved",
            {"model_version": "north-9.9"},
            "The model version is not approved for this step",
        ),
        ("B9 no model named", {"model_version": None}, "The model version is not approved for this step"),
        ("B9 no rate for the currency", {"currency": "USD"}, "The exchange rate is missing or too old"),
    ],
)
def test_accept_fails_to_a_person(desk, at, _case: str, changes: dict, detail: str) -> None:
    [receipt] = post(desk, at, changes)

    assert (receipt.disposition, receipt.state) == (REVIEW, InteractionState.AWAITING)
    assert {"code": "FAILSAFE", "sentence": detail} in receipt.reasons
    assert RoutingDecision.objects.get().failsafe


@pytest.mark.parametrize("age, disposition", [(0, AUTO), (7, AUTO), (8, REVIEW)])
def test_accept_judges_foreign_amounts_by_a_rate_that_is_young_enough(
    desk, at, age: int, disposition
) -> None:
    day = date(at.year, at.month, at.day) - timedelta(days=age)
    rates.import_rates(rows=[("EUR", "USD", day, Decimal("1.25"))], source="ECB", by=None, at=at)

    receipts = post(
        desk, at, {"currency": "USD", "amount": "6249.99"}, {"currency": "USD", "amount": "6250.00"}
    )

    assert [receipt.disposition for receipt in receipts] == [disposition, REVIEW]


def test_accept_sets_apart_what_has_no_origin(desk, at) -> None:
    [receipt] = post(desk, at, {"lineage": [{"source_system": "erp"}]})

    assert (receipt.disposition, receipt.state) == (QUARANTINED, InteractionState.QUARANTINED)
    assert codes(receipt) == ["LINEAGE"]
    assert not Case.objects.exists()


def test_accept_sends_badly_recognised_text_to_a_person(desk, at) -> None:
    police(desk, quality={"checks": [{"kind": "ocr", "low": "0.85"}]})

    poor, good = post(desk, at, {"attributes": {"ocr_score": 0.70}}, {"attributes": {"ocr_score": 0.9}})

    assert (poor.disposition, good.disposition) == (REVIEW, AUTO)
    assert codes(poor) == ["DQ_OCR"]
    assert RoutingDecision.objects.get(interaction=poor.id).disposition == REVIEW


def test_accept_sets_apart_what_an_endpoint_did_that_is_not_allowed(desk, at) -> None:
    receipts = post(desk, at, {"endpoint": "public"}, {"endpoint": None})

    assert [(receipt.disposition, codes(receipt)) for receipt in receipts] == [
        (QUARANTINED, ["ENDPOINT"])
    ] * 2


def test_accept_sets_apart_an_attestation_that_is_not_true(desk, at) -> None:
    attested = {"attestation": {"by": "upstream", "detector": "x"}}
    leak = {"ai_output": {"decision": "pay", "comment": "Paid to DE89 3704 0044 0532 0130 00."}}

    clean, leaking = post(desk, at, attested, attested | leak)

    assert (clean.disposition, leaking.disposition) == (AUTO, QUARANTINED)
    assert codes(leaking) == ["PERSONAL_DATA"]
    assert "DE89" not in str(Interaction.objects.get(pk=leaking.id).output)


@pytest.mark.parametrize("decision", ["deny", "Deny ", "DENY", "denied", 7, None, ["deny"]])
def test_accept_never_releases_an_adverse_outcome(desk, at, decision: Any) -> None:
    output = {"decision": decision, "comment": "x"} if decision is not None else {"comment": "x"}

    [receipt] = post(desk, at, {"ai_output": output})

    assert receipt.disposition == REVIEW


@pytest.mark.parametrize("step, code", [("triage", "STEP_D2"), ("deny", "STEP_D3")])
def test_accept_always_asks_a_person_in_d2_and_d3(desk, at, step: str, code: str) -> None:
    [receipt] = post(desk, at, {"step": step, "confidence": 1, "amount": "0.01"})

    assert (receipt.disposition, codes(receipt)) == (REVIEW, [code])


def test_accept_goes_on_without_a_broker_and_releases_nothing(desk, at, monkeypatch) -> None:
    """B9: a dead broker stops nothing; it only sends what would have been released to a person."""
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")

    straight, held = post(desk, at, {}, {"amount": "6000.00"})

    assert [straight.disposition, held.disposition] == [REVIEW, REVIEW]
    assert codes(straight) == ["FAILSAFE"]
    assert "broker" in straight.reasons[0]["sentence"]


# ── Once, and whose ──────────────────────────────────────────────────────────────────────────────────────────


def test_accept_takes_the_same_external_id_once(desk, at) -> None:
    [first] = post(desk, at, {"external_id": "inv-1", "amount": "6000.00"})

    [again] = post(desk, at, {"external_id": "inv-1", "amount": "6000.00"})

    assert again.duplicate
    assert (again.id, again.case, again.due_at, again.receipt) == (
        first.id,
        first.case,
        first.due_at,
        first.receipt,
    )
    assert (Interaction.objects.count(), Case.objects.count()) == (1, 1)
    assert Event.objects.filter(action="intake.received").count() == 1


def test_accept_takes_the_same_external_id_in_one_batch_once(desk, at) -> None:
    first, again, other = post(
        desk, at, {"external_id": "a"}, {"external_id": "a"}, {"external_id": "a", "amount": "7.00"}
    )

    assert (again.id, again.duplicate) == (first.id, True)
    assert isinstance(other.error, Conflict)


def test_accept_keeps_a_name_that_names_a_person_as_a_hash(desk, at) -> None:
    [first] = post(desk, at, {"external_id": "mia.muster@example.org"})

    [again] = post(desk, at, {"external_id": "mia.muster@example.org"})

    assert again.id == first.id
    assert Interaction.objects.get().external_id.startswith("h-")


@pytest.mark.parametrize("code, error", [("SOUTH-AP", NotAllowed), ("NOWHERE", NotVisible)])
def test_accept_refuses_another_process(desk, at, code: str, error: type) -> None:
    [receipt] = post(desk, at, {"process": code})

    assert isinstance(receipt.error, error)
    assert not Interaction.objects.exists()


def test_accept_stores_each_with_its_events(desk, at) -> None:
    [receipt] = post(desk, at, {"amount": "6000.00"})

    events = Event.objects.filter(object_id=str(receipt.id)).order_by("pk")
    assert [event.action for event in events] == ["intake.received", "routing.decided"]
    assert events[0].uid == receipt.receipt
    assert {event.correlation_id for event in events} == {receipt.id}


def test_accept_ties_to_the_correlation_id_it_was_given(desk, at) -> None:
    given = "01890a5d-ac96-774b-bcce-b302099a8057"

    [receipt] = post(desk, at, {"correlation_id": given})

    assert str(Interaction.objects.get(pk=receipt.id).correlation_id) == given


def test_accept_follows_rules_that_changed(desk, at) -> None:
    before = post(desk, at, {"amount": "1500.00"})[0].disposition
    lower = RuleInput(
        "AP-R1", "Large", {"field": "amount", "op": ">=", "value": "1000"}, "human_review", 3, "amount"
    )
    activate(desk, at, lower)

    after = post(desk, at, {"amount": "1500.00"})[0]

    assert (before, after.disposition) == (AUTO, REVIEW)
    assert after.reasons[0]["sentence"] == "Amount ≥ €1,000 (rule AP-R1 v2)"


# ── Impossible ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "_case, changes",
    [
        ("released without a decision", {"state": InteractionState.RELEASED}),
        ("auto-released", {"state": InteractionState.AUTO_RELEASED}),
        ("decided without a decision", {"state": InteractionState.DECIDED}),
    ],
)
@pytest.mark.parametrize("step", ["triage", "deny"])
def test_no_update_can_release_d2_or_d3_without_a_person(
    desk, at, step: str, _case: str, changes: dict
) -> None:
    [receipt] = post(desk, at, {"step": step})

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=receipt.id).update(released_at=at, **changes)


def test_no_update_can_release_a_honeypot(desk, at) -> None:
    [receipt] = post(desk, at, {"amount": "6000.00"})
    Interaction.objects.filter(pk=receipt.id).update(is_honeypot=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=receipt.id).update(state=InteractionState.AUTO_RELEASED, released_at=at)
