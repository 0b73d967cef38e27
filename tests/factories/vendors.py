"""What vendors supply and prove, reached by the services."""

from datetime import date, datetime, timedelta
from typing import Any

from contracts.domain.certificates import Paper
from contracts.domain.questionnaire import QUESTIONS, Answer
from contracts.models import Certificate, DataFlow, Organisation, VendorQuestionnaire
from contracts.services import certificates, data_flows, questionnaires
from tests.worlds import Desk


def paper(today: date, **changes: Any) -> Paper:
    """A report of last year that holds for a hundred days."""
    given: dict[str, Any] = {
        "kind": "soc2_ii",
        "scope": "The inference platform",
        "auditor": "Peters & Partner",
        "period_from": today - timedelta(days=600),
        "period_to": today - timedelta(days=265),
        "expires_on": today + timedelta(days=100),
    }
    return Paper(**given | changes)


def certificate(desk: Desk, vendor: Organisation, at: datetime, **changes: Any) -> Certificate:
    return certificates.add(organisation=vendor, paper=paper(at.date(), **changes), by=desk.governance, at=at)


def flow_body(*, bypass: bool = False, region: str = "EU", endpoint: str = "north-eu") -> dict[str, Any]:
    """Invoices that are redacted before the model sees them; `bypass`: and once more beside the redaction."""
    names = [
        ("crm", "CRM", "source", ""),
        ("red", "Redaction", "redaction", ""),
        ("ai", "Scribe", "ai", endpoint),
    ]
    nodes = [
        {"key": key, "name": name, "kind": kind, "party": "North", "region": region, "endpoint": model}
        for key, name, kind, model in names
    ]
    ways = [("e1", "crm", "red", "personal", False), ("e2", "red", "ai", "redacted", True)]
    ways += [("e3", "crm", "ai", "personal", False)] if bypass else []
    edges = [
        {
            "key": key,
            "source": source,
            "target": target,
            "classes": [data],
            "purpose": "To draft an answer",
            "redacted": redacted,
            "encrypted": True,
            "days": None,
        }
        for key, source, target, data, redacted in ways
    ]
    return {"format": 1, "nodes": nodes, "edges": edges}


def drawn(desk: Desk, at: datetime, **changes: Any) -> DataFlow:
    """A draft with a diagram in it."""
    draft = data_flows.draft(process=desk.process, by=desk.governance, at=at)
    body = flow_body(endpoint=f"{desk.client.slug}-eu", **changes)
    return data_flows.take_in(flow_id=draft.pk, body=body, edits=0, by=desk.governance, at=at)


def published(desk: Desk, at: datetime, **changes: Any) -> DataFlow:
    draft = drawn(desk, at, **changes)
    return data_flows.publish(flow_id=draft.pk, edits=draft.edits, by=desk.governance, at=at)


def asked(desk: Desk, vendor: Organisation, at: datetime) -> VendorQuestionnaire:
    due = at.date() + timedelta(days=30)
    return questionnaires.ask(process=desk.process, vendor=vendor, due_on=due, by=desk.governance, at=at)


def answered(desk: Desk, vendor: Organisation, at: datetime, **replies: Answer) -> VendorQuestionnaire:
    """Everything answered with yes and a word of evidence, but for what the replies say otherwise."""
    found = asked(desk, vendor, at)
    given = {one.key: Answer("yes", "See our policy") for one in QUESTIONS} | replies
    return questionnaires.answer(
        questionnaire_id=found.pk, answers=given, submit=True, edits=0, by=desk.vendor, at=at
    )


def staged(desk: Desk, vendor: Organisation, at: datetime) -> dict[str, Any]:
    """What the matrix of permissions looks at: a published diagram with a draft of the next."""
    first = published(desk, at)
    drawn(desk, at)
    return {
        "certificate": certificate(desk, vendor, at).pk,
        "data_flow": first.version,
        "questionnaire": asked(desk, vendor, at).pk,
    }
