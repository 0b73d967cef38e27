"""Hanabi Home K.K. and its process CS-REPLY: replies in Japanese and English that the AI drafts and people send."""

from decimal import Decimal

from contracts.enums import Category, Role, Tier
from governance.demo.sops import CS_01
from governance.demo.specs import Client, Final, Level, Model, Step, required
from reviews.domain import scorecard
from reviews.domain.scorecard import Control, Item
from reviews.services.rule_drafts import RuleInput

_THREAD, _ARTICLE = ("thread", "Earlier messages"), ("article", "Knowledge-base article")
_ORDER = ("order", "Order and warranty")
_REPLY = {"name": "reply", "label": "Reply to the customer", "type": "longtext"}
_REFUND = {"name": "refund", "label": "Refund or goodwill", "type": "money"}

MODEL = Model(
    vendor="corvid",
    name="Scribe",
    version="7.0",
    reference="scribe-7.0",
    purpose="Sorts customer messages and drafts replies from the knowledge base.",
    limits="Sarcasm in Japanese is taken at its word; promises dates unless told not to.",
    procured_by="meridian",
    endpoint="scribe-jp",
    host="jp.corvid.example",
    region="JP",
)

STEPS = [
    Step(
        "classify", "Sort the message", Category.D1, Tier.LOW,
        "Names what the customer wants and in which tone.",
        "Judges messages about law, press, safety, minors and personal data.",
        [{"name": "topic", "label": "Topic", "type": "choice",
          "choices": ["delivery", "warranty", "refund", "usage", "account", "other"], "decision": True}],
        evidence=[_THREAD], sop="SOP-CS-01",
    ),
    Step(
        "draft", "Draft the reply", Category.D2, Tier.MEDIUM,
        "Drafts the reply and proposes a refund, citing the knowledge base.",
        "Checks citation, refund, tone and disclosure, and owns what goes out.",
        [_REPLY, _REFUND],
        evidence=[_THREAD, _ARTICLE], business="refund", sop="SOP-CS-01",
    ),
    Step(
        "send", "Send the reply", Category.D2, Tier.MEDIUM,
        "Prepares the message as it will be sent.",
        "Releases it, or holds it back.",
        [_REPLY],
        evidence=[_THREAD], business="refund", sop="SOP-CS-01",
    ),
    Step(
        "closure", "Close an account", Category.D3, Tier.CRITICAL,
        "Gathers open orders and points; recommends nothing.",
        "People decide; the client's head of customer experience makes it final.",
        [{"name": "action", "label": "Action", "type": "choice", "choices": ["keep", "close"], "decision": True}, _REPLY],
        evidence=[_THREAD, _ORDER], adverse={"action": ["close"]}, business="account", sop="SOP-CS-01",
    ),
]  # fmt: skip

RULES = [
    RuleInput("CS-R1", "Refund", {"field": "amount", "op": ">=", "value": "10000"}, "human_review", 3, "refund"),
    RuleInput("CS-R2", "Large refund: the client decides", {"field": "amount", "op": ">=", "value": "50000"}, "client_final", 2, "refund"),
    RuleInput("CS-R3", "Goodwill adds up", {"field": "subject_total", "op": ">=", "value": "30000", "window_hours": 2160}, "human_review", 3, "goodwill",
              "Goodwill per customer over 90 days."),
    RuleInput("CS-R4", "Lawyer, press or regulator", {"field": "data_classes", "op": "has_any", "value": ["legal_threat", "press", "regulator"]}, "senior_only", 1, "legal"),
    RuleInput("CS-R5", "Angry customer", {"field": "sentiment", "op": "<=", "value": "-0.6"}, "human_review", 3, "sentiment"),
    RuleInput("CS-R6", "Personal data request, minor or safety", {"field": "data_classes", "op": "has_any", "value": ["data_request", "minor", "safety"]}, "senior_only", 1, "rights", "", True),
    RuleInput("CS-R7", "Nothing cited", {"field": "citations", "op": "<", "value": "1"}, "human_review", 3, "grounding"),
    RuleInput("CS-R8", "Unsure model", {"field": "confidence", "op": "<", "value": "0.80"}, "human_review", 3, "confidence"),
]  # fmt: skip

CLIENT = Client(
    slug="hanabi",
    name="Hanabi Home K.K.",
    country="JP",
    process="CS-REPLY",
    process_name="Customer replies",
    purpose="Answer customers correctly, kindly and within the hour.",
    legal_basis="Contract with the customer",
    currency="JPY",
    zone="Asia/Tokyo",
    calendar="Cebu desk",
    regions=["JP", "SG"],
    review_minutes=30,
    admin="yui.mori",
    owner="hiro.tanaka",
    author="arjun.mehta",
    publisher="priya.nair",
    model=MODEL,
    fields=[{"name": "sentiment", "label": "sentiment", "type": "number"}],
    intake={
        "required_lineage": ["source_system", "source_record_id"],
        "region": "JP",
        # A reply that gives nothing back says so: its amount is 0.
        "quality": {"checks": [required("amount", "draft", "send"), required("subject_ref")]},
        "autoqa": {
            "cited": ["draft", "send"],
            "required": [
                {"phrase": "checked by a person", "steps": ["draft", "send"], "languages": ["en"]},
                {"phrase": "担当者が確認しました", "steps": ["draft", "send"], "languages": ["ja"]},
            ],
            "forbidden": [{"phrase": "we guarantee"}, {"phrase": "legal advice"}, {"phrase": "必ず届きます"}],
            "pick": ["injection", "personal_data", "foreign_data"],
        },
    },
    steps=STEPS,
    rules=RULES,
    rules_before=[{"CS-R8": {"field": "confidence", "op": "<", "value": "0.70"}}],
    levels=[
        Level("Team lead", Role.TEAM_LEAD, "liza.santos", "kenji.sato", "Cebu desk", 10, 60),
        Level("Operations", Role.OPS_MANAGER, "arjun.mehta", "priya.nair", "Hyderabad desk", 30, 240),
        Level("Client service", Role.CLIENT_ADMIN, "yui.mori", "hiro.tanaka", "Hanabi office", 120, 540),
        Level(
            "Head of customer experience",
            Role.CLIENT_OWNER,
            "hiro.tanaka",
            "yui.mori",
            "Hanabi office",
            240,
            1080,
            "Refunds of ¥50,000 and more, press and legal matters",
        ),
    ],
    finals=[
        Final("refund", Role.CLIENT_OWNER, "hiro.tanaka", "yui.mori", Decimal(50_000)),
        Final("adverse", Role.CLIENT_OWNER, "hiro.tanaka", "yui.mori"),
    ],
    sops=[CS_01],
    fraction=Decimal("0.05"),
    per_day=60,
    week=(1.1, 1.0, 1.0, 1.0, 1.1, 0.9, 0.9),
    hours=(9, 21),
    minutes_waiting=9,
    extra_line=Item(
        "disclosure",
        "The reply says that AI helped to write it",
        8,
        (Control(scorecard.SOC2, "CC2.3"), Control(scorecard.AIA, "50")),
    ),
)
