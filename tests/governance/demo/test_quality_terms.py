"""What a rule of the demo world asks about must have been posted: without it the interaction is kept apart (A3, B2)."""

from random import Random

import pytest

from contracts.models import User
from governance.demo import days
from governance.demo.world import World
from reviews.services import intake
from reviews.services.intake import Receipt
from tests.governance.demo.conftest import NOW

ASKED = [
    ("AP-INV", "approve", "amount"),
    ("AP-INV", "approve", "subject_ref"),
    ("CLM-TRI", "severity", "amount"),
    ("CS-REPLY", "send", "amount"),
    ("CS-REPLY", "draft", "subject_ref"),
]


def posted(demo: World, process: str, step: str, leave_out: str = "") -> Receipt:
    draft = days.MAKERS[process](Random(7), NOW, False, "plain", step)
    payload = {name: value for name, value in draft.payload.items() if name != leave_out}
    agent = User.objects.get(api_keys__processes__code=process)
    return intake.accept(payloads=[payload], agent=agent, key=agent.api_keys.get(), at=NOW)[0]


@pytest.mark.parametrize(("process", "step", "name"), ASKED)
def test_what_is_missing_keeps_it_apart_and_is_named(demo: World, process: str, step: str, name: str) -> None:
    receipt = posted(demo, process, step, leave_out=name)

    assert receipt.disposition == "quarantined"
    told = {reason["code"]: reason["sentence"] for reason in receipt.reasons}
    assert told["DQ_MISSING"] == f"The field “{name}” is missing"


@pytest.mark.parametrize(("process", "step", "name"), ASKED)
def test_what_is_complete_goes_on(demo: World, process: str, step: str, name: str) -> None:
    assert posted(demo, process, step).disposition != "quarantined"


@pytest.mark.parametrize(("process", "step"), [("CLM-TRI", "intake"), ("CS-REPLY", "classify")])
def test_a_step_without_money_asks_for_no_amount(demo: World, process: str, step: str) -> None:
    assert posted(demo, process, step, leave_out="amount").disposition != "quarantined"
