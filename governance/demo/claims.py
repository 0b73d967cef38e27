"""What the agent of CLM-TRI puts out: notices summed up, severities, routes, and the files of denials."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from governance.demo import texts
from governance.demo.specs import Draft

WRONG = 0.11
_STEPS = ["intake"] * 6 + ["severity"] * 8 + ["route"] * 5 + ["deny"]
_FLAVOURS = {
    "plain": 74.0,
    "injury": 7.0,
    "fraud": 4.0,
    "vulnerable": 5.0,
    "loss": 3.0,
    "unsure": 5.0,
    "solicitor": 2.0,
}


def make(dice: Random, at: datetime, bad: bool, flavour: str = "", step: str = "") -> Draft:
    """One output of Triage-M; it has no bad days in this story."""
    step = step or dice.choice(_STEPS)
    flavour = flavour or dice.choices(list(_FLAVOURS), weights=list(_FLAVOURS.values()))[0]
    claim = _Claim(dice, at, flavour)
    output, truth, reason = _OUTPUTS[step](claim, dice, dice.random() < WRONG)
    payload: dict[str, Any] = {
        "process": "CLM-TRI",
        "step": step,
        "source": dice.choice(["web form", "telephone", "broker"]),
        "subject_ref": f"policy:{claim.policy}",
        "customer": {"name": claim.name, "address": claim.address},
        "language": "en",
        "input": claim.input(),
        "ai_output": output,
        "confidence": dice.randrange(500, 849) / 1000
        if flavour == "unsure"
        else dice.randrange(860, 990) / 1000,
        "factors": [
            {"name": "damage described", "weight": 0.6},
            {"name": "14 similar claims", "weight": 0.3},
        ],
        "citations": [{"source": f"Policy {claim.policy}"}],
        "attributes": {
            "fraud_score": str(
                dice.randrange(70, 96) / 100 if flavour == "fraud" else dice.randrange(2, 50) / 100
            ),
            "vulnerable": flavour == "vulnerable",
            "complaint": False,
            "total_loss": flavour == "loss",
            "catastrophe_code": "CAT-26-11" if flavour == "loss" and not claim.motor else "",
        },
        "model_version": "triage-m-2.1",
        "endpoint": "triage-eu",
        "lineage": [{"source_system": "guidewire", "source_record_id": claim.number}],
    }
    if step in {"severity", "deny"}:
        payload |= {"amount": str(claim.reserve), "currency": "EUR"}
    return Draft(at, payload, truth, reason, "Wear and tear are excluded by section 4 of the policy")


class _Claim:
    """One loss as it was reported."""

    def __init__(self, dice: Random, at: datetime, flavour: str) -> None:
        self.motor = dice.random() < 0.6
        self.name = texts.person(dice)
        self.address = f"{dice.randrange(1, 90)} {dice.choice(texts.ROADS)}, {dice.choice(texts.TOWNS)}"
        self.number = f"CL-{at:%y%m}-{dice.randrange(10_000, 99_999)}"
        self.policy = f"K{dice.randrange(100_000, 999_999)}"
        high = {"injury": 60_000, "loss": 40_000}.get(flavour, 9_000)
        self.reserve = texts.amount(dice, 250, high)
        if dice.random() < 0.01:
            self.reserve = texts.amount(dice, 75_000, 120_000)
        car = f"a {dice.choice(texts.CARS)}"
        story = dice.choice(texts.MOTOR if self.motor else texts.HOME)
        self.story = story.format(road=dice.choice(texts.ROADS), town=dice.choice(texts.TOWNS), car=car)
        self.story += dice.choice(texts.HURT) if flavour == "injury" else ""
        self.story += texts.SOLICITOR if flavour == "solicitor" else ""
        self.phone = texts.mobile(dice)

    def input(self) -> dict[str, Any]:
        return {
            "fnol": f"{self.name} of {self.address} {self.story} Telephone {self.phone}.",
            "cover": {"policy": self.policy, "from": "1 January", "to": "31 December", "excess": "€300"},
            "history": {"claims_in_5_years": 1},
        }


_Output = tuple[dict[str, Any], dict[str, Any], str]


def _intake(claim: _Claim, dice: Random, wrong: bool) -> _Output:
    kind = "motor" if claim.motor else "household"
    output = {"kind": kind, "note": f"{kind.capitalize()} claim {claim.number}; cover is in force."}
    return output, ({"kind": "other"} if wrong and dice.random() < 0.3 else {}), "WRONG_FACT"


def _severity(claim: _Claim, dice: Random, wrong: bool) -> _Output:
    severity = "minor" if claim.reserve < 2_000 else "moderate" if claim.reserve < 15_000 else "serious"
    output = {"severity": severity, "reserve": str(claim.reserve), "note": "Reserve from 14 similar claims."}
    more = (claim.reserve * Decimal(dice.randrange(130, 220)) / 100).quantize(Decimal("0.01"))
    return output, ({"reserve": str(more)} if wrong else {}), "CALC_ERROR"


def _route(claim: _Claim, dice: Random, wrong: bool) -> _Output:
    route = "fast_track" if claim.reserve < 2_500 else "desk_adjuster"
    output = {"route": route, "note": "No open question on cover."}
    return output, ({"route": "field_adjuster"} if wrong else {}), "CUSTOMER_CONTEXT"


def _deny(claim: _Claim, dice: Random, wrong: bool) -> _Output:
    outcome = "deny" if dice.random() < 0.5 else "partial"
    output = {
        "outcome": outcome,
        "clause": "Section 4: wear and tear",
        "note": "The surveyor found old damage.",
    }
    return output, ({"outcome": "pay"} if wrong or dice.random() < 0.2 else {}), "FAIRNESS"


_OUTPUTS: dict[str, Callable[[_Claim, Random, bool], _Output]] = {
    "intake": _intake,
    "severity": _severity,
    "route": _route,
    "deny": _deny,
}
