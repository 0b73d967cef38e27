"""Halvorsen Pumps GmbH and its process AP-INV: invoice approval, in which the AI determines and the client answers."""

from decimal import Decimal
from typing import Any

from contracts.enums import Category, Role, Tier
from governance.demo.sops import AP_01, AP_02
from governance.demo.specs import Client, Final, Level, Model, Step, required
from reviews.domain import scorecard
from reviews.domain.scorecard import Control, Item
from reviews.services.rule_drafts import RuleInput

_AMOUNT: dict[str, Any] = {"name": "amount", "label": "Amount to pay", "type": "money"}
_COMMENT: dict[str, Any] = {"name": "comment", "label": "Note to the supplier file", "type": "longtext"}
_DECISION: dict[str, Any] = {
    "name": "decision",
    "label": "Decision",
    "type": "choice",
    "choices": ["pay", "hold", "reject"],
    "decision": True,
}
_CODING: list[dict[str, Any]] = [
    {"name": "account", "label": "Ledger account", "type": "text", "decision": True},
    {"name": "cost_centre", "label": "Cost centre", "type": "text"},
]
_ORDER, _RECEIPT = ("order", "Purchase order"), ("receipt", "Goods receipt")
_SUPPLIER = ("supplier", "Supplier record and bank history")

MODEL = Model(
    vendor="tallyworks",
    name="Ledgerline",
    version="4.2",
    reference="ledgerline-4.2",
    purpose="Reads supplier invoices, matches them with order and goods receipt, and proposes payment.",
    limits="Handwritten delivery notes and credit notes over several orders are read unreliably.",
    procured_by="meridian",
    endpoint="ledgerline-eu",
    host="eu.ledgerline.example",
    region="EU",
)

STEPS = [
    Step(
        "extract", "Read the invoice", Category.D1, Tier.LOW,
        "Reads supplier, order number, lines and totals from the document.",
        "Corrects what was read wrongly; never judges whether to pay.",
        [{"name": "supplier", "label": "Supplier", "type": "text", "decision": True}, _AMOUNT],
        sop="SOP-AP-01",
    ),
    Step(
        "match", "Three-way match", Category.D1, Tier.MEDIUM,
        "Compares invoice, order and goods receipt and names the differences.",
        "Judges differences outside the tolerance band of 2 % and €250.",
        [{"name": "match", "label": "Match", "type": "choice", "choices": ["full", "partial", "none"], "decision": True}, _COMMENT],
        evidence=[_ORDER, _RECEIPT], sop="SOP-AP-01",
    ),
    Step(
        "approve", "Approve for payment", Category.D1, Tier.HIGH,
        "Approves invoices that match within tolerance and meet no rule of the client.",
        "Decides every invoice that meets a rule: amount, new bank details, new supplier, variance, duplicates.",
        [_DECISION, _AMOUNT, _COMMENT],
        evidence=[_ORDER, _RECEIPT, _SUPPLIER], adverse={"decision": ["reject"]}, business="payment", sop="SOP-AP-01",
    ),
    Step(
        "post", "Post to the ledger", Category.D1, Tier.MEDIUM,
        "Proposes account and cost centre from the order.",
        "Changes the coding where the order is silent.",
        _CODING, sop="SOP-AP-01",
    ),
]  # fmt: skip

RULES = [
    RuleInput("AP-R1", "Large amount", {"field": "amount", "op": ">=", "value": "5000"}, "human_review", 3, "amount",
              "Beyond this sum a wrong payment costs more than a review."),
    RuleInput("AP-R2", "Very large amount: four eyes", {"field": "amount", "op": ">=", "value": "25000"}, "second_review", 2, "amount"),
    RuleInput("AP-R3", "The CFO decides", {"field": "amount", "op": ">=", "value": "100000"}, "client_final", 2, "amount",
              "Mandate of the board: the CFO signs from €100,000 on."),
    RuleInput("AP-R4", "Split invoices", {"field": "subject_total", "op": ">=", "value": "20000", "window_hours": 24}, "human_review", 2, "splitting"),
    RuleInput("AP-R5", "New bank details: four eyes and call-back", {"field": "bank_changed_days", "op": "<=", "value": "30"}, "second_review", 2, "bank_change",
              "Payment fraud begins with new bank details: SOP-AP-02."),
    RuleInput("AP-R6", "Outside the tolerance band", {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}}, "human_review", 3, "variance"),
    RuleInput("AP-R7", "New supplier", {"field": "supplier_age_days", "op": "<=", "value": "90"}, "human_review", 3, "supplier"),
    RuleInput("AP-R8", "Sanctioned country", {"field": "sanctioned_country", "op": "is", "value": True}, "senior_only", 1, "sanctions", "", True),
    RuleInput("AP-R9", "VAT number does not match", {"field": "vat_mismatch", "op": "is", "value": True}, "human_review", 2, "tax"),
    RuleInput("AP-R10", "Probably a duplicate", {"field": "duplicate_score", "op": ">=", "value": "0.80"}, "human_review", 2, "duplicate"),
    RuleInput("AP-R11", "Badly read document", {"field": "ocr_score", "op": "<", "value": "0.85"}, "human_review", 3, "reading"),
    RuleInput("AP-R12", "Unsure model", {"field": "confidence", "op": "<", "value": "0.90"}, "human_review", 3, "confidence"),
]  # fmt: skip


def _from(amount: str) -> dict[str, dict[str, str]]:
    return {"AP-R1": {"field": "amount", "op": ">=", "value": amount}}


CLIENT = Client(
    slug="halvorsen",
    name="Halvorsen Pumps GmbH",
    country="DE",
    process="AP-INV",
    process_name="Invoice approval",
    purpose="Pay suppliers correctly and on time.",
    legal_basis="Commercial code; contract with the supplier",
    currency="EUR",
    zone="Europe/Berlin",
    calendar="Cebu desk",
    regions=["EU"],
    review_minutes=60,
    admin="jonas.weber",
    owner="katrin.vogt",
    author="arjun.mehta",
    publisher="priya.nair",
    model=MODEL,
    fields=[
        {"name": "bank_changed_days", "label": "days since the bank details changed", "type": "days"},
        {"name": "supplier_age_days", "label": "days since the supplier was added", "type": "days"},
        {"name": "variance", "label": "variance", "type": "variance"},
        {"name": "duplicate_score", "label": "duplicate score", "type": "number"},
        {"name": "ocr_score", "label": "reading score", "type": "number"},
        {"name": "vat_mismatch", "label": "the VAT number does not match", "type": "boolean"},
        {"name": "sanctioned_country", "label": "the supplier is in a sanctioned country", "type": "boolean"},
    ],
    intake={
        "required_lineage": ["source_system", "source_record_id"],
        "region": "DE",
        "quality": {"checks": [required("amount"), required("subject_ref")]},
    },
    steps=STEPS,
    rules=RULES,
    rules_before=[_from("10000"), _from("7500")],
    levels=[
        Level("Team lead", Role.TEAM_LEAD, "liza.santos", "kenji.sato", "Cebu desk", 15, 120),
        Level("Operations", Role.OPS_MANAGER, "arjun.mehta", "priya.nair", "Hyderabad desk", 30, 240),
        Level(
            "Client accounts payable",
            Role.CLIENT_ADMIN,
            "jonas.weber",
            "katrin.vogt",
            "Halvorsen office",
            120,
            540,
        ),
        Level(
            "CFO",
            Role.CLIENT_OWNER,
            "katrin.vogt",
            "jonas.weber",
            "Halvorsen office",
            240,
            1080,
            "Payments of €100,000 and more, disputed new bank details",
        ),
    ],
    finals=[Final("payment", Role.CLIENT_OWNER, "katrin.vogt", "jonas.weber", Decimal(100_000))],
    sops=[AP_01, AP_02],
    fraction=Decimal("0.06"),
    per_day=40,
    week=(1.3, 1.3, 1.3, 1.3, 1.3, 0.3, 0.2),
    hours=(7, 18),
    minutes_waiting=14,
    extra_line=Item(
        "callback",
        "The supplier was called back where the bank details had changed",
        8,
        (Control(scorecard.SOC2, "PI1.2"), Control(scorecard.ISO27001, "A.5.14")),
    ),
    not_asked=("customer_text",),
)
