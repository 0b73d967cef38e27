"""The queues page: what waits, what is due, and which nothing it is where nothing waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from reviews.models import Claim, Escalation
from reviews.presenters import words
from reviews.presenters.cases import Choice
from reviews.selectors.queues import COUNTED, QueueFigures


@dataclass(frozen=True)
class QueueRow:
    id: UUID
    name: str
    process: str
    waiting: str
    oldest: str
    due: str
    overdue: bool
    note: str
    startable: bool


@dataclass(frozen=True)
class Nothing:
    """Which nothing it is."""

    title: str
    text: str
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True)
class Waiting:
    """An escalation that waits for the reader."""

    short: str
    url: str
    process: str
    limit: str
    late: bool


@dataclass(frozen=True)
class QueuesPage:
    rows: list[QueueRow]
    nothing: Nothing | None
    start_label: str
    start_reason: str
    held_short: str
    held_until: str
    escalations: list[Waiting]
    processes: list[Choice]
    several: bool


def queues_page(
    figures: list[QueueFigures],
    *,
    owned: list[Escalation],
    held: Claim | None,
    process: str,
    at: datetime,
) -> QueuesPage:
    shown = [queue for queue in figures if not process or queue.process_code == process]
    codes = {queue.process_code: queue.process_name for queue in figures}
    nothing = None if held else _nothing(figures, shown)
    return QueuesPage(
        rows=[_row(queue, at) for queue in shown],
        nothing=nothing,
        start_label="Continue reviewing" if held else "Start reviewing",
        start_reason="" if held else _refusal(figures),
        held_short=words.short_id(held.case_id) if held else "",
        held_until=words.clock(held.expires_at, at) if held else "",
        escalations=[_waiting(escalation, at) for escalation in owned],
        processes=[Choice(code, name, code == process) for code, name in sorted(codes.items())],
        several=len(codes) > 1 or bool(process),
    )


def _row(queue: QueueFigures, at: datetime) -> QueueRow:
    notes = []
    if queue.held:
        notes.append(f"{words.bounded(queue.held, COUNTED)} with others")
    if queue.waiting and queue.workable and not queue.for_me:
        notes.append("you gave the first review")
    if not queue.workable:
        notes.append("you may look, not work")
    return QueueRow(
        id=queue.id,
        name=queue.name,
        process=queue.process_name,
        waiting=words.bounded(queue.waiting, COUNTED),
        oldest=words.span(at - queue.oldest) if queue.oldest else "–",
        due=words.clock(queue.due, at) if queue.due else "–",
        overdue=queue.due is not None and queue.due < at,
        note=" · ".join(notes),
        startable=queue.workable and queue.for_me,
    )


def _nothing(figures: list[QueueFigures], shown: list[QueueFigures]) -> Nothing | None:
    if not figures:
        return Nothing("You work on no queue", "Ask the lead of your team which process you review.")
    if not shown:
        return Nothing(
            "The filter hides every queue",
            "There are queues, but none of this process.",
            "Show all queues",
            reverse("reviews:queues"),
        )
    mine = [queue for queue in shown if queue.workable]
    if not mine or any(queue.for_me for queue in mine):
        return None
    if any(queue.for_me for queue in figures if queue.workable and queue not in shown):
        return Nothing(
            "Nothing waits here",
            "Cases wait in queues the filter hides.",
            "Show all queues",
            reverse("reviews:queues"),
        )
    if any(queue.waiting for queue in mine):
        return Nothing(
            "What waits needs a second pair of eyes",
            "You gave the first review of every case that waits: somebody else gives the second.",
        )
    held = sum(queue.held for queue in mine)
    if held:
        return Nothing(
            "All taken",
            f"{words.bounded(held, COUNTED)} {'case is' if held == 1 else 'cases are'} with others. "
            "One that is handed back, or whose lease ends, appears here.",
        )
    return Nothing("Nothing to review", "New cases appear here as soon as an AI output needs a person.")


def _refusal(figures: list[QueueFigures]) -> str:
    workable = [queue for queue in figures if queue.workable]
    if not workable:
        return "Only reviewers of a queue take cases from it."
    return (
        "" if any(queue.for_me for queue in workable) else "There is nothing for you to take at this moment."
    )


def _waiting(escalation: Escalation, at: datetime) -> Waiting:
    due = escalation.ack_due_at if escalation.acknowledged_at is None else escalation.resolve_due_at
    verb = "take it on" if escalation.acknowledged_at is None else "decide"
    return Waiting(
        short=words.short_id(escalation.case_id),
        url=reverse("reviews:case", args=[escalation.case_id]),
        process=escalation.process.name,
        limit=f"{verb} {words.limit(due, at)}",
        late=due < at,
    )
