"""The library of control items: what may stand in one, who keeps it, and whether they are allowed (E4)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event, Log
from reviews.domain.redaction.tokens import TOKEN
from reviews.enums import ControlKind
from reviews.models import ControlItem, HoneypotPlan
from reviews.services import control_items, honeypot_plans
from tests import worlds
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def test_an_auditor_adds_and_retires_one(desk: Desk, at: datetime) -> None:
    item = pots.item(desk, at)

    retired = control_items.retire(item_id=item.pk, by=desk.auditor, at=at)

    assert (retired.retired_by, retired.kind, retired.step.code) == (desk.auditor, "known_bad", "approve")
    with pytest.raises(Conflict):
        control_items.retire(item_id=item.pk, by=desk.auditor, at=at)
    told = Event.objects.filter(action__startswith="control_item.")
    assert [event.action for event in told.order_by("pk")] == ["control_item.added", "control_item.retired"]
    assert {event.log_id for event in told} == {Log.objects.get(key="platform").pk}
    assert pots.WRONG not in str([event.content for event in told])


def test_nobody_else_adds_or_retires(world: World, desk: Desk, at: datetime) -> None:
    item = pots.item(desk, at)
    terms = {"process": desk.process, "step": "approve", "kind": ControlKind.KNOWN_BAD, "at": at}

    for person in (desk.reviewer, desk.lead, desk.governance, desk.ops, desk.owner):
        with pytest.raises(NotAllowed):
            control_items.add(payload=pots.payload(), wrong=pots.WRONG, by=person, **terms)
        with pytest.raises(NotAllowed):
            control_items.retire(item_id=item.pk, by=person, at=at)
    with pytest.raises(NotVisible):
        control_items.retire(item_id=item.pk, by=world.south.auditor, at=at)

    assert ControlItem.objects.get().retired_at is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"step": "unknown"}, "unknown_step", "step"),
        ({"wrong": "no"}, "wrong_required", "wrong"),
        ({"payload": pots.payload(external_id="INV-1")}, "unknown_field", "payload"),
        ({"payload": pots.payload(confidence=7)}, "payload_malformed", "payload"),
        ({"payload": pots.payload(input=None)}, "payload_malformed", "payload"),
        ({"payload": ["a list"]}, "payload_malformed", "payload"),
        ({"payload": pots.payload(ai_output={"decision": "maybe"})}, "output_mismatch", "payload"),
        ({"payload": pots.payload(ai_output={"amount": "1"})}, "output_mismatch", "payload"),
        ({"payload": pots.payload(ai_output={"decision": "pay", "x": 1})}, "output_mismatch", "payload"),
        ({"payload": pots.payload(input={"text": "to «IBAN_1»"})}, "token_in_payload", "payload"),
    ],
)
def test_what_no_agent_could_post_is_refused(
    desk: Desk, at: datetime, changes: dict[str, Any], code: str, field: str
) -> None:
    terms: dict[str, Any] = {"step": "approve", "payload": pots.payload(), "wrong": pots.WRONG, **changes}

    with pytest.raises(Invalid) as refusal:
        control_items.add(process=desk.process, kind=ControlKind.KNOWN_BAD, by=desk.auditor, at=at, **terms)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not ControlItem.objects.exists()


def test_one_that_would_stand_out_is_refused(desk: Desk, at: datetime) -> None:
    made.waiting_cases(desk, at, 20)

    with pytest.raises(Invalid) as refusal:
        pots.item(desk, at, citations=[])

    assert refusal.value.code == "stands_out"
    assert "citations" in refusal.value.sentence
    assert pots.item(desk, at).pk


def test_a_copy_of_a_real_one_names_nobody_and_is_redacted_again(desk: Desk, at: datetime) -> None:
    text = "Pay to DE89 3704 0044 0532 0130 00, answer to jane.doe@acme.example, says Jane Doe"
    real = made.waiting_case(desk, at, input={"invoice": text}, customer={"name": "Jane Doe"}).interaction
    assert TOKEN.search(str(real.input))

    draft = control_items.draft_of(interaction=real)

    assert not TOKEN.search(str(draft))
    assert "Jane" not in str(draft)
    item = control_items.add(
        process=desk.process,
        step="approve",
        kind=ControlKind.KNOWN_BAD,
        payload=draft,
        wrong=pots.WRONG,
        by=desk.auditor,
        at=at,
        source=real,
    )
    assert item.source == real


def test_they_are_allowed_by_governance_on_a_ground(desk: Desk, at: datetime) -> None:
    terms: dict[str, Any] = {"process": desk.process, "allowed": True, "at": at}
    good = {"share": Decimal("0.015"), "basis": "Agreement with the works council"}

    for wrong, code in (
        ({"share": Decimal("0.009")}, "share_out_of_band"),
        ({"share": Decimal("0.021")}, "share_out_of_band"),
        ({"share": Decimal("0.0151")}, "share_out_of_band"),
        ({"basis": " "}, "basis_required"),
    ):
        with pytest.raises(Invalid) as refusal:
            honeypot_plans.set_plan(by=desk.governance, **terms, **{**good, **wrong})
        assert refusal.value.code == code
    for person in (desk.auditor, desk.lead, desk.reviewer, desk.owner):
        with pytest.raises(NotAllowed):
            honeypot_plans.set_plan(by=person, **terms, **good)
    assert not HoneypotPlan.objects.exists()

    plan = honeypot_plans.set_plan(by=desk.governance, **terms, **good)

    assert (plan.allowed, plan.share) == (True, Decimal("0.015"))
    (event,) = Event.objects.filter(action="honeypots.planned")
    assert event.facts["allowed"] is True
    assert "works council" not in str(event.content)
