"""Vigilance as people may see it: a reviewer his own, a lead his people by name, others by pseudonym (E8)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from contracts import access
from contracts.domain.roles import LEAD_REVIEWERS, VIEW_BOARD
from contracts.models import Process, User
from reviews import permissions
from reviews.domain import roles
from reviews.enums import QueueKind
from reviews.models import Honeypot, Queue, ReviewerSignal, VigilanceAction, VigilanceNotice
from reviews.selectors import honeypots, pseudonyms

HISTORY = 28
_WATCHED = (QueueKind.REVIEW, QueueKind.SENIOR)
_REFUSAL = "How attentively people review is seen by those who see the board of the process."


@dataclass(frozen=True)
class Standing:
    """One reviewer of a process: whether he took note, his newest figures, and what they led to, if it still runs."""

    reviewer: User
    pseudonym: str
    acknowledged: bool
    signal: ReviewerSignal | None
    action: VigilanceAction | None


@dataclass(frozen=True)
class Team:
    """The reviewers of a process; `named` says whether the reader leads them and so sees who they are."""

    process: Process
    named: bool
    standings: list[Standing]


@dataclass(frozen=True)
class Own:
    """What a reviewer sees of himself: by process the newest figures, earlier days, and what runs."""

    reviews: bool
    notice: VigilanceNotice | None
    newest: list[ReviewerSignal]
    history: list[ReviewerSignal]
    actions: dict[UUID, VigilanceAction]
    debriefs: list[Honeypot]


def own(user: User) -> Own:
    """Everything that was measured of this person."""
    mine = ReviewerSignal.objects.filter(reviewer=user).select_related("process")
    running = VigilanceAction.objects.filter(reviewer=user, cleared_at__isnull=True)
    return Own(
        reviews=permissions.reviews_for_provider(user),
        notice=VigilanceNotice.objects.filter(reviewer=user).first(),
        newest=list(_newest(mine).order_by("process__code")),
        history=list(mine.defer("tally", "memory").order_by("-day", "process__code", "pk")[:HISTORY]),
        actions={action.process_id: action for action in running},
        debriefs=honeypots.debriefs(user),
    )


def asked_to_take_note(user: User) -> bool:
    """Whether somebody who reviews for the provider has not read yet what is measured."""
    noted = VigilanceNotice.objects.filter(reviewer=user).exists()
    return not noted and permissions.reviews_for_provider(user)


def bands(processes: Collection[UUID]) -> dict[UUID, Counter[str]]:
    """How many reviewers of each process stand in which band, by their newest day. One query."""
    found: dict[UUID, Counter[str]] = {pk: Counter() for pk in processes}
    rows = _newest(ReviewerSignal.objects.filter(process__in=processes))
    for process, band in rows.values_list("process", "band"):
        found[process][band] += 1
    return found


def teams(user: User) -> list[Team]:
    """The reviewers of every process whose board the user sees, by code."""
    return _teams(user, list(access.processes(user, VIEW_BOARD).order_by("code")))


def team(user: User, code: str) -> Team:
    """The reviewers of one process. Raises NotVisible, or NotAllowed for whoever does not see its board."""
    return _teams(user, [access.process(user, code, VIEW_BOARD, _REFUSAL)])[0]


def _teams(user: User, processes: Sequence[Process]) -> list[Team]:
    led = set(access.objects_with(user, Process, LEAD_REVIEWERS))
    working = _working(processes)
    signals = _newest(ReviewerSignal.objects.filter(process__in=processes)).select_related("reviewer")
    newest = {(row.process_id, row.reviewer_id): row for row in signals}
    running = VigilanceAction.objects.filter(process__in=processes, cleared_at__isnull=True)
    actions = {(action.process_id, action.reviewer_id): action for action in running}
    people = {pk for found in working.values() for pk in found} | {reviewer for _, reviewer in newest}
    users = User.objects.in_bulk(people)
    noted = set(VigilanceNotice.objects.filter(reviewer__in=people).values_list("reviewer", flat=True))
    return [
        Team(
            process=process,
            named=process.pk in led,
            standings=[
                Standing(
                    reviewer=users[pk],
                    pseudonym=pseudonyms.of(process.pk, pk),
                    acknowledged=pk in noted,
                    signal=newest.get((process.pk, pk)),
                    action=actions.get((process.pk, pk)),
                )
                for pk in sorted(working[process.pk] | {who for where, who in newest if where == process.pk})
            ],
        )
        for process in processes
    ]


def _working(processes: Sequence[Process]) -> dict[UUID, set[UUID]]:
    """Who works the queues of the provider, by process."""
    queues = dict(Queue.objects.filter(process__in=processes, kind__in=_WATCHED).values_list("pk", "process"))
    found: dict[UUID, set[UUID]] = {process.pk: set() for process in processes}
    for queue, people in access.held_on(Queue, roles.WORK_QUEUE, list(queues)).items():
        found[queues[queue]] |= people
    return found


def _newest(rows: QuerySet[ReviewerSignal]) -> QuerySet[ReviewerSignal]:
    """The newest day of each reviewer on each process."""
    same = ReviewerSignal.objects.filter(process=OuterRef("process"), reviewer=OuterRef("reviewer"))
    return rows.filter(pk=Subquery(same.order_by("-day").values("pk")[:1])).defer("tally", "memory")
