"""Kestrel Mutual Insurance DAC and its process CLM-TRI: claims triage, in which the AI proposes and people deny."""

from decimal import Decimal

from contracts.enums import Category, Role, Tier
from governance.demo.sops import CL_01, CL_02
from governance.demo.specs import Client, Final, Level, Model, Step, required
from reviews.domain import scorecard
from reviews.domain.scorecard import Control, Item
from reviews.services.rule_drafts import RuleInput

_NOTE = {"name": "note", "label": "Note on the file", "type": "longtext"}
_FNOL, _COVER = ("fnol", "First notice of loss"), ("cover", "Policy and cover dates")
_HISTORY = ("history", "Claims history")
_SEVERITY = {
    "name": "severity",
    "label": "Severity",
    "type": "choice",
    "choices": ["minor", "moderate", "serious", "total_loss"],
    "decision": True,
}
_RESERVE = {"name": "reserve", "label": "Reserve", "type": "money"}
_ROUTE = {
    "name": "route",
    "label": "Route",
    "type": "choice",
    "choices": ["fast_track", "desk_adjuster", "field_adjuster", "special_investigation"],
    "decision": True,
}
_OUTCOME = {
    "name": "outcome",
    "label": "Outcome",
    "type": "choice",
    "choices": ["pay", "partial", "deny"],
    "decision": True,
}

MODEL = Model(
    vendor="corvid",
    name="Triage-M",
    version="2.1",
    reference="triage-m-2.1",
    purpose="Sums up first notices of loss, proposes severity, reserve and route.",
    limits="Not to be used to deny, nor for injuries; weak on agricultural vehicles.",
    procured_by="kestrel",
    endpoint="triage-eu",
    host="eu.corvid.example",
    region="EU",
)

STEPS = [
    Step(
        "intake", "Sum up the notice", Category.D1, Tier.LOW,
        "Sums up the notice of loss and names the kind of claim.",
        "Judges notices that mention injury, a vulnerable customer, a complaint or a solicitor.",
        [{"name": "kind", "label": "Kind of claim", "type": "choice", "choices": ["motor", "household", "other"], "decision": True}, _NOTE],
        evidence=[_FNOL], sop="SOP-CL-01",
    ),
    Step(
        "severity", "Severity and reserve", Category.D2, Tier.HIGH,
        "Proposes severity and reserve from the notice and similar claims.",
        "Decides both, after checking injury and vulnerability first.",
        [_SEVERITY, _RESERVE, _NOTE],
        evidence=[_FNOL, _COVER, _HISTORY], business="reserve", sop="SOP-CL-01",
    ),
    Step(
        "route", "Route the claim", Category.D2, Tier.MEDIUM,
        "Proposes who handles the claim.",
        "Decides the route; fraud suspicion goes to investigation and is never a denial.",
        [_ROUTE, _NOTE],
        evidence=[_FNOL, _COVER], business="reserve", sop="SOP-CL-01",
    ),
    Step(
        "deny", "Deny or pay in part", Category.D3, Tier.CRITICAL,
        "Gathers the facts and clauses; recommends nothing.",
        "People alone decide; the claims director makes every denial final.",
        [_OUTCOME, {"name": "clause", "label": "Clause relied on", "type": "text"}, _NOTE],
        evidence=[_FNOL, _COVER, _HISTORY], adverse={"outcome": ["partial", "deny"]}, business="denial", sop="SOP-CL-02",
    ),
]  # fmt: skip

RULES = [
    RuleInput("CL-R1", "Denial or part payment: people only", {"field": "adverse", "op": "is", "value": True}, "human_review", 2, "denial",
              "A denial has a significant effect: it is never automated.", True),
    RuleInput("CL-R2", "High reserve: senior adjuster", {"field": "amount", "op": ">=", "value": "10000"}, "senior_only", 2, "reserve"),
    RuleInput("CL-R3", "Very high reserve: the client decides", {"field": "amount", "op": ">=", "value": "75000"}, "client_final", 2, "reserve"),
    RuleInput("CL-R4", "Injury or health data", {"field": "data_classes", "op": "has_any", "value": ["health"]}, "senior_only", 1, "sensitive",
              "Health data is read by senior adjusters only.", True),
    RuleInput("CL-R5", "Suspicion of fraud", {"field": "fraud_score", "op": ">=", "value": "0.70"}, "senior_only", 2, "fraud",
              "To special investigation; a score alone never denies."),
    RuleInput("CL-R6", "Vulnerable customer, complaint or solicitor", {"any": [
        {"field": "vulnerable", "op": "is", "value": True},
        {"field": "complaint", "op": "is", "value": True},
        {"field": "data_classes", "op": "has_any", "value": ["legal_threat"]},
    ]}, "senior_only", 2, "vulnerable"),
    RuleInput("CL-R7", "Total loss or catastrophe", {"any": [
        {"field": "total_loss", "op": "is", "value": True},
        {"field": "catastrophe_code", "op": "contains", "value": "CAT"},
    ]}, "human_review", 2, "catastrophe"),
    RuleInput("CL-R8", "Unsure model", {"field": "confidence", "op": "<", "value": "0.85"}, "human_review", 3, "confidence"),
]  # fmt: skip

CLIENT = Client(
    slug="kestrel",
    name="Kestrel Mutual Insurance DAC",
    country="IE",
    process="CLM-TRI",
    process_name="Motor and household claims triage",
    purpose="Bring every claim to the right desk within the day.",
    legal_basis="Contract with the policyholder; substantial public interest for health data",
    currency="EUR",
    zone="Europe/Dublin",
    calendar="Hyderabad desk",
    regions=["EU"],
    review_minutes=240,
    admin="aoife.byrne",
    owner="sean.daly",
    author="arjun.mehta",
    publisher="priya.nair",
    model=MODEL,
    fields=[
        {"name": "fraud_score", "label": "fraud score", "type": "number"},
        {"name": "vulnerable", "label": "the customer is vulnerable", "type": "boolean"},
        {"name": "complaint", "label": "it is a complaint", "type": "boolean"},
        {"name": "total_loss", "label": "it is a total loss", "type": "boolean"},
        {"name": "catastrophe_code", "label": "catastrophe code", "type": "text"},
    ],
    intake={
        "required_lineage": ["source_system", "source_record_id"],
        "region": "IE",
        # The reserve is set with the severity.
        "quality": {"checks": [required("amount", "severity", "deny")]},
    },
    steps=STEPS,
    rules=RULES,
    rules_before=[{"CL-R8": {"field": "confidence", "op": "<", "value": "0.80"}}],
    levels=[
        Level("Senior adjuster", Role.SENIOR_REVIEWER, "divya.rao", "liza.santos", "Hyderabad desk", 10, 120),
        Level("Operations", Role.OPS_MANAGER, "arjun.mehta", "priya.nair", "Hyderabad desk", 20, 240),
        Level("Client claims", Role.CLIENT_ADMIN, "aoife.byrne", "sean.daly", "Kestrel office", 60, 510),
        Level(
            "Claims director",
            Role.CLIENT_OWNER,
            "sean.daly",
            "aoife.byrne",
            "Kestrel office",
            240,
            1020,
            "All denials that are disputed, and fraud",
        ),
    ],
    finals=[
        Final("adverse", Role.CLIENT_OWNER, "sean.daly", "aoife.byrne"),
        Final("reserve", Role.CLIENT_OWNER, "sean.daly", "aoife.byrne", Decimal(75_000)),
    ],
    sops=[CL_01, CL_02],
    fraction=Decimal("0.10"),
    per_day=15,
    week=(1.2, 1.2, 1.1, 1.1, 1.2, 0.7, 0.5),
    hours=(8, 20),
    minutes_waiting=55,
    extra_line=Item(
        "vulnerability",
        "Vulnerability was assessed before anything else",
        8,
        (Control(scorecard.SOC2, "P1.1"), Control(scorecard.ISO42001, "A.5.4")),
    ),
)
