"""What the agent of AP-INV puts out: invoices read, matched, proposed for payment and posted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from governance.demo import texts
from governance.demo.specs import Draft

# How often the AI is wrong where nothing is unusual, where something is, and while an undeclared version answers.
WRONG_PLAIN, WRONG_FLAGGED, WRONG_BAD = 0.012, 0.12, 0.28
UNDECLARED = "ledgerline-4.3"

_STEPS = (["approve"] * 15 + ["extract", "match", "post"]) * 2
# How often it is unsure of a step that only prepares; of postings so often that people see about 38 % of them, where the
# function map says every one (story 17): what it was unsure of, and all of the days on which nobody knew the version.
_UNSURE = {"extract": 0.05, "match": 0.05, "post": 0.3}
_FLAVOURS = {
    "plain": 63.0, "large": 11.0, "four_eyes": 2.6, "cfo": 0.5, "bank": 2.6, "variance": 5.5, "new": 4.5, "vat": 1.2,
    "duplicate": 2.6, "reading": 2.2, "unsure": 3.8, "sanctioned": 0.2, "reject": 0.5,
}  # fmt: skip


def make(dice: Random, at: datetime, bad: bool, flavour: str = "", step: str = "") -> Draft:
    """One output of Ledgerline. On bad days an undeclared version answers, and is wrong more often."""
    step = step or dice.choice(_STEPS)
    if step != "approve":
        flavour = "unsure" if dice.random() < _UNSURE[step] else "plain"
    flavour = flavour or dice.choices(list(_FLAVOURS), weights=list(_FLAVOURS.values()))[0]
    invoice = _Invoice(dice, at, flavour)
    wrong = dice.random() < (WRONG_BAD if bad else WRONG_PLAIN if flavour == "plain" else WRONG_FLAGGED)
    output, truth, reason = _OUTPUTS[step](invoice, dice, wrong)
    payload = {
        "process": "AP-INV",
        "step": step,
        "source": dice.choice(["mailbox", "mailbox", "edi", "portal"]),
        "subject_ref": f"creditor:{invoice.creditor}",
        "customer": {"contact": invoice.contact},
        "language": "de",
        "input": invoice.input(),
        "ai_output": output,
        "confidence": invoice.confidence(dice),
        "factors": [{"name": "three-way match", "weight": 0.7}, {"name": "supplier history", "weight": 0.2}],
        "citations": [{"source": f"Order {invoice.order}"}],
        "attributes": invoice.attributes(dice),
        "amount": str(invoice.total),
        "currency": "USD" if flavour == "plain" and dice.random() < 0.04 else "EUR",
        "model_version": UNDECLARED if bad else "ledgerline-4.2",
        "endpoint": "ledgerline-eu",
        "lineage": [{"source_system": "sap-fi", "source_record_id": invoice.number}],
    }
    return Draft(at, payload, truth, reason, "The goods receipt shows less than was invoiced")


class _Invoice:
    """One invoice as it lies on the desk, unusual in the way its flavour says."""

    def __init__(self, dice: Random, at: datetime, flavour: str) -> None:
        self.flavour = flavour
        self.supplier, self.town, self.contact = dice.choice(texts.SUPPLIERS)
        # One name stands for many accounts, so that sums of a day add up to a split only now and then.
        self.creditor = 70_000 + dice.randrange(140)
        self.number = f"R-{at:%y%m}-{dice.randrange(10_000, 99_999)}"
        self.order = f"PO-{dice.randrange(40_000, 89_999)}"
        self.at = at
        limits = {
            "large": (5_000, 19_000),
            "four_eyes": (25_000, 80_000),
            "cfo": (100_000, 180_000),
            "bank": (900, 9_000),
        }
        self.total = texts.amount(dice, *limits.get(flavour, (40, 4_800)))
        self.quantity = dice.randrange(2, 60)
        self.part = dice.choice(texts.PARTS)
        self.account = texts.iban(dice)
        self.difference = Decimal(0)
        if flavour == "variance":
            self.difference = (self.total * Decimal(dice.randrange(25, 90)) / 1000).quantize(Decimal("0.01"))

    def input(self) -> dict[str, Any]:
        ordered = self.total - self.difference
        return {
            "invoice": {
                "number": self.number,
                "date": (self.at - timedelta(days=2)).date().isoformat(),
                "supplier": f"{self.supplier}, {self.town}",
                "text": f"{self.quantity} × {self.part}. Total {self.total} EUR. Please pay to {self.account}. "
                f"Questions: {self.contact}.",
            },
            "order": {"number": self.order, "quantity": self.quantity, "total": str(ordered)},
            "receipt": {"number": f"GR-{self.order[3:]}", "quantity": self.quantity, "booked": "complete"},
            "supplier": {
                "since": "2 months ago" if self.flavour == "new" else "2019",
                "bank_details": "changed 12 days ago" if self.flavour == "bank" else "unchanged for 3 years",
            },
        }

    def attributes(self, dice: Random) -> dict[str, Any]:
        percent = self.difference / self.total * 100 if self.total else Decimal(0)
        return {
            "bank_changed_days": dice.randrange(3, 29)
            if self.flavour == "bank"
            else dice.randrange(200, 2_000),
            "supplier_age_days": dice.randrange(5, 88)
            if self.flavour == "new"
            else dice.randrange(200, 3_000),
            "variance": {"percent": str(round(percent, 2)), "absolute": str(self.difference)},
            "duplicate_score": str(
                dice.randrange(80, 99) / 100 if self.flavour == "duplicate" else dice.randrange(1, 40) / 100
            ),
            "ocr_score": str(
                dice.randrange(60, 84) / 100 if self.flavour == "reading" else dice.randrange(90, 100) / 100
            ),
            "vat_mismatch": self.flavour == "vat",
            "sanctioned_country": self.flavour == "sanctioned",
        }

    def confidence(self, dice: Random) -> float:
        return (
            dice.randrange(550, 899) / 1000 if self.flavour == "unsure" else dice.randrange(905, 998) / 1000
        )


_Output = tuple[dict[str, Any], dict[str, Any], str]


def _approve(invoice: _Invoice, dice: Random, wrong: bool) -> _Output:
    decision = "reject" if invoice.flavour == "reject" else "pay"
    output = {
        "decision": decision,
        "amount": str(invoice.total),
        "comment": f"Invoice {invoice.number} agrees with order {invoice.order} and its receipt.",
    }
    if not wrong:
        return output, {}, ""
    if dice.random() < 0.6:
        return output, {"decision": "hold" if decision == "pay" else "pay"}, "MISSING_EVIDENCE"
    less = (invoice.total * Decimal(dice.randrange(80, 97)) / 100).quantize(Decimal("0.01"))
    return output, {"amount": str(less)}, "CALC_ERROR"


def _extract(invoice: _Invoice, dice: Random, wrong: bool) -> _Output:
    output = {"supplier": invoice.supplier, "amount": str(invoice.total)}
    return output, ({"amount": str(invoice.total + 90)} if wrong else {}), "WRONG_FACT"


def _match(invoice: _Invoice, dice: Random, wrong: bool) -> _Output:
    output = {"match": "full", "comment": f"{invoice.quantity} ordered, {invoice.quantity} received."}
    return output, ({"match": "partial"} if wrong else {}), "WRONG_FACT"


def _post(invoice: _Invoice, dice: Random, wrong: bool) -> _Output:
    output = {"account": "4100 Materials", "cost_centre": f"C{dice.randrange(10, 40)}"}
    return output, ({"account": "6300 Freight"} if wrong else {}), "WRONG_POLICY"


_OUTPUTS: dict[str, Callable[[_Invoice, Random, bool], _Output]] = {
    "approve": _approve,
    "extract": _extract,
    "match": _match,
    "post": _post,
}
