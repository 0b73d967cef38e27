"""The library of control items of the demo world: invoices above the limit that the AI would pay, most of them wrongly (E4)."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from governance.demo import invoices
from governance.demo.parts import Parts
from reviews.domain.control_items import FIELDS
from reviews.enums import ControlKind
from reviews.services import control_items, honeypot_plans

PROCESS = "AP-INV"
_SHARE = Decimal("0.020")
_KNOWN_BAD, _KNOWN_GOOD = 28, 4
_GROUND = "Agreement with the works council of Cebu, section 3: told afterwards, and no sanction by itself"


def agree(parts: Parts) -> None:
    """The governance lead allows control items on a ground, and an auditor fills the library."""
    process, at = parts.processes[PROCESS], parts.born + timedelta(days=52)
    honeypot_plans.set_plan(
        process=process, allowed=True, share=_SHARE, basis=_GROUND, by=parts.users["priya.nair"], at=at
    )
    for number in range(_KNOWN_BAD + _KNOWN_GOOD):
        bad = number < _KNOWN_BAD
        # A demonstration, not a secret.
        payload, told = _invoice(Random(f"control-{number}"), at, bad, number)  # noqa: S311
        control_items.add(
            process=process,
            step="approve",
            kind=ControlKind.KNOWN_BAD if bad else ControlKind.KNOWN_GOOD,
            payload=payload,
            wrong=told,
            by=parts.users["maria.lopez"],
            at=at,
        )


def _invoice(dice: Random, at: datetime, bad: bool, number: int) -> tuple[dict[str, Any], str]:
    """An invoice above the limit that the AI would pay, with what is wrong with it, and what the reviewer is told."""
    payload = invoices.make(dice, at, False, flavour="large", step="approve").payload
    payload = {name: value for name, value in payload.items() if name in FIELDS}
    payload["ai_output"]["decision"] = "pay"
    if not bad:
        return payload, "Invoice, order and receipt agree: it was right to pay it."
    return payload, _FAULTS[number % len(_FAULTS)](payload["input"], dice)


def _short(file: dict[str, Any], dice: Random) -> str:
    came = max(1, file["order"]["quantity"] // dice.randrange(2, 5))
    file["receipt"] |= {"quantity": came, "booked": "partial"}
    return f"Only {came} of {file['order']['quantity']} came in: what was not received is not paid."


def _changed(file: dict[str, Any], dice: Random) -> str:
    file["supplier"]["bank_details"] = (
        f"changed {dice.randrange(1, 5)} days ago by e-mail, no call-back on file"
    )
    return (
        "The bank details changed days ago and nobody called the supplier back: hold it until somebody has."
    )


def _more(file: dict[str, Any], dice: Random) -> str:
    ordered = (Decimal(file["order"]["total"]) * Decimal(dice.randrange(55, 80)) / 100).quantize(
        Decimal("0.01")
    )
    file["order"]["total"] = str(ordered)
    return f"The order was {ordered} EUR, and far more was invoiced."


def _elsewhere(file: dict[str, Any], dice: Random) -> str:
    file["order"]["number"] = f"PO-{dice.randrange(10_000, 39_999)}, closed in 2024"
    return "The order it names was closed long ago: nothing is open that it could be paid for."


_FAULTS = (_short, _changed, _more, _elsewhere)
