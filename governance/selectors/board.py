"""The figures of the board, for all of a person's processes at once: the number of queries does not grow with them.

Every figure can be opened: the list functions below it return the rows that make it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from contracts import access
from contracts.domain.roles import VIEW_BOARD
from contracts.models import Process, User
from reviews.enums import CaseState, Disposition, EvaluationState, InteractionState
from reviews.models import Case, Decision, Evaluation, Interaction
from reviews.models.case import CLAIMABLE

WINDOW = timedelta(days=28)
PAGE = 50


@dataclass
class Figures:
    """What was counted for one process in the window. Honeypots are never counted."""

    process: Process
    total: int = 0
    today: int = 0
    straight_through: int = 0
    quarantined: int = 0
    waiting: int = 0
    overdue: int = 0
    escalated: int = 0
    oldest: datetime | None = None
    decided: int = 0
    changed: int = 0
    cosmetic: int = 0
    # Straight-through interactions that QA scored: (inclusion probability, how many, how many were wrong).
    sampled: list[tuple[float, int, int]] = field(default_factory=list)


def figures(user: User, at: datetime, code: str | None = None) -> list[Figures]:
    """The figures of every process whose board the user may see, by code."""
    visible = access.processes(user, VIEW_BOARD).select_related("client").order_by("code", "pk")
    if code is not None:
        visible = visible.filter(code=code)
    found = {process.pk: Figures(process) for process in visible}
    if found:
        _intake(found, at)
        _queues(found, at)
        _decisions(found, at)
        _samples(found, at)
    return list(found.values())


def _intake(found: dict[UUID, Figures], at: datetime) -> None:
    window = Interaction.objects.filter(
        process__in=list(found), received_at__gte=at - WINDOW, received_at__lte=at, is_honeypot=False
    )
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        window.values("process", "disposition")
        .annotate(count=Count("pk"), today=Count("pk", filter=Q(received_at__gte=midnight)))
        .order_by("process", "disposition")
    )
    for row in rows:
        one = found[row["process"]]
        one.total += row["count"]
        one.today += row["today"]
        if row["disposition"] == Disposition.AUTO_RELEASED:
            one.straight_through = row["count"]
        elif row["disposition"] == Disposition.QUARANTINED:
            one.quarantined = row["count"]


def _queues(found: dict[UUID, Figures], at: datetime) -> None:
    open_states = [*CLAIMABLE, CaseState.IN_REVIEW, CaseState.AWAITING_INFORMATION, CaseState.ESCALATED]
    rows = (
        Case.objects.filter(process__in=list(found), state__in=open_states)
        .values("process")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=CLAIMABLE)),
            oldest=Min("opened_at", filter=Q(state__in=CLAIMABLE)),
            overdue=Count("pk", filter=Q(due_at__lt=at)),
            escalated=Count("pk", filter=Q(state=CaseState.ESCALATED)),
        )
        .order_by("process")
    )
    for row in rows:
        one = found[row["process"]]
        one.waiting, one.oldest = row["waiting"], row["oldest"]
        one.overdue, one.escalated = row["overdue"], row["escalated"]


def _final(processes: Collection[UUID], at: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(
        process__in=processes,
        decided_at__gte=at - WINDOW,
        decided_at__lte=at,
        is_final=True,
        withdrawn_at__isnull=True,
        interaction__is_honeypot=False,
    )


def _decisions(found: dict[UUID, Figures], at: datetime) -> None:
    rows = (
        _final(list(found), at)
        .values("process")
        .annotate(
            decided=Count("pk"),
            altered=Count("pk", filter=Q(material=True)),
            cosmetic=Count("pk", filter=Q(changed=True, material=False)),
        )
        .order_by("process")
    )
    for row in rows:
        one = found[row["process"]]
        one.decided, one.changed, one.cosmetic = row["decided"], row["altered"], row["cosmetic"]


def _samples(found: dict[UUID, Figures], at: datetime) -> None:
    rows = (
        Evaluation.objects.filter(
            process__in=list(found),
            state=EvaluationState.SUBMITTED,
            interaction__disposition=Disposition.AUTO_RELEASED,
            interaction__received_at__gte=at - WINDOW,
            interaction__is_honeypot=False,
        )
        .values("process", "pi")
        .annotate(count=Count("pk"), wrong=Count("pk", filter=Q(output_wrong=True)))
        .order_by("process", "pi")
    )
    grouped: dict[UUID, list[tuple[float, int, int]]] = defaultdict(list)
    for row in rows:
        grouped[row["process"]].append((float(row["pi"]), row["count"], row["wrong"]))
    for process, sampled in grouped.items():
        found[process].sampled = sampled


# ── The lists behind the figures ─────────────────────────────────────────────────────────────────────────────

LISTS = {
    "volume": "Interactions received",
    "straight-through": "Released without a person",
    "quarantined": "Kept apart",
    "waiting": "Cases that wait",
    "overdue": "Cases past their time",
    "reviewed": "Final decisions",
    "changed": "Decisions that changed the AI’s output",
    "sampled": "Straight-through interactions scored by QA",
}
# Lists in which standing at all tells something of the verdict.
TELLING = frozenset({"changed"})


def listing(
    user: User, code: str, name: str, at: datetime, before: tuple[datetime, UUID] | None
) -> tuple[Process, list[Interaction]]:
    """One page of the interactions behind a figure, newest first, and one more to know whether a page follows.

    Raises NotVisible for a process or a list the user cannot see.
    """
    process = access.process(user, code, VIEW_BOARD, "Your role does not see the board of this process.")
    rows = _rows(process, name, at).filter(is_honeypot=False)
    if before is not None:
        when, pk = before
        rows = rows.filter(Q(received_at__lt=when) | Q(received_at=when, pk__lt=pk))
    ordered = rows.select_related("step", "case", "final_decision").order_by("-received_at", "-pk")
    return process, list(ordered[: PAGE + 1])


def _rows(process: Process, name: str, at: datetime) -> QuerySet[Interaction]:
    everything = Interaction.objects.filter(process=process)
    window = everything.filter(received_at__gte=at - WINDOW, received_at__lte=at)
    decided = _final([process.pk], at)
    choices = {
        "volume": lambda: window,
        "straight-through": lambda: window.filter(disposition=Disposition.AUTO_RELEASED),
        "quarantined": lambda: window.filter(state=InteractionState.QUARANTINED),
        "waiting": lambda: everything.filter(case__state__in=CLAIMABLE),
        "overdue": lambda: everything.filter(case__due_at__lt=at).exclude(
            case__state__in=[CaseState.DECIDED, CaseState.CLOSED]
        ),
        "reviewed": lambda: everything.filter(final_decision__in=decided.values("pk")),
        "changed": lambda: everything.filter(final_decision__in=decided.filter(material=True).values("pk")),
        "sampled": lambda: window.filter(
            disposition=Disposition.AUTO_RELEASED, evaluations__state=EvaluationState.SUBMITTED
        ).distinct(),
    }
    return choices[name]()
