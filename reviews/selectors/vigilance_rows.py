"""What the counting of vigilance reads: decisions as they stand in their rows, never the trail."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from contracts.enums import Category
from contracts.models import Process, ProcessStep
from reviews.domain.vigilance_tally import Seen
from reviews.enums import ClaimEnd, Verdict
from reviews.models import Claim, Decision, ReviewerSignal, VigilanceAction, VigilanceNotice

# A decision younger than this, beyond the time to take it back, may still be on its way into the database.
UNDERWAY = timedelta(minutes=2)
MOST = 20_000
_WHICH = ("decided_by_id", "pk", "process_id", "case_id")
_COLUMNS = (
    "decided_at",
    "verdict",
    "seconds",
    "reading_floor",
    "opened",
    "note",
    "interaction__step_id",
    "interaction__confidence",
    "case__severity",
)

# A decision, its process, and what is counted of it.
Row = tuple[UUID, UUID, Seen]


def horizon(at: datetime) -> datetime:
    """Up to when decisions are settled: in the database, and nobody's to take back."""
    return at - UNDERWAY - timedelta(seconds=settings.UNDO_SECONDS)


class Known:
    """What counting needs to know of all of them, read once: the steps decisions were made on, the zones of processes, and
    when leads cleared what was raised. Whatever was cleared before a decision that is settled stands here."""

    def __init__(self) -> None:
        rows = ProcessStep.objects.values_list("pk", "code", "category", "evidence")
        self.steps: Mapping[UUID, tuple[str, str, bool]] = {
            pk: (code, category, bool(evidence)) for pk, code, category, evidence in rows
        }
        self.zones: Mapping[UUID, str] = dict(Process.objects.values_list("pk", "time_zone"))
        self._cleared: dict[tuple[UUID, UUID], list[datetime]] = {}
        cleared = VigilanceAction.objects.filter(cleared_at__isnull=False)
        for process, reviewer, moment in cleared.values_list("process", "reviewer", "cleared_at"):
            self._cleared.setdefault((process, reviewer), []).append(moment)  # type: ignore[arg-type]

    def cleared_between(self, row: ReviewerSignal, at: datetime) -> bool:
        """Whether a lead cleared what was raised after the last decision of this row, and before the next one."""
        moments = self._cleared.get((row.process_id, row.reviewer_id), [])
        return any(row.last_at <= moment <= at for moment in moments)


def waiting(until: datetime) -> list[VigilanceNotice]:
    """Those of whom there is something to count, whoever was counted last at about the same time beside each other. Who
    decided twice at one instant had both counted together."""
    newer = Decision.objects.filter(
        decided_by=OuterRef("pk"), decided_at__gt=OuterRef("seen_at"), decided_at__lte=until
    )
    return list(VigilanceNotice.objects.filter(Exists(newer)).order_by("seen_at", "pk"))


def unseen(notices: Collection[VigilanceNotice], until: datetime, known: Known) -> dict[UUID, list[Row]]:
    """The next decisions of these people that nobody counted, by person and in the order of time; `MOST` at a time.

    Honeypots tell by themselves, and what was replayed nobody decided then.
    """
    cursors = {notice.reviewer_id: (notice.seen_at, notice.seen) for notice in notices}
    if not cursors:
        return {}
    new = Q()
    for reviewer, (at, last) in cursors.items():
        later = Q(decided_at__gt=at) | Q(decided_at=at, pk__gt=last) if last else Q(decided_at__gte=at)
        new |= Q(decided_by=reviewer) & later
    found = list(
        Decision.objects.filter(
            new,
            # What `new` says of each, said once more of all of them: by this the index finds them.
            decided_by__in=list(cursors),
            decided_at__gte=min(at for at, _ in cursors.values()),
            decided_at__lte=until,
            withdrawn_at__isnull=True,
            replayed=False,
            interaction__is_honeypot=False,
        )
        # Which panels were opened is nobody's question here, and reading the list costs more than the rest of a row.
        .annotate(opened=~Q(evidence=[]))
        .order_by("decided_by", "decided_at", "pk")
        .values_list(*_WHICH, *_COLUMNS)[:MOST]
    )
    before = _before(found)
    seen: dict[UUID, list[Row]] = {}
    for reviewer, decision, process, case, *row in found:
        one = _seen(row, before.get((reviewer, case), 0), known)
        seen.setdefault(reviewer, []).append((decision, process, one))
    return seen


def _before(found: Iterable[tuple]) -> dict[tuple[UUID, UUID], int]:
    """How long a person had the cases in hand before that he decided faster than they can be read, in seconds, by person and
    case: whose lease ran out, or who took a decision back, has read them already."""
    hasty = {
        (reviewer, case): decided_at
        for reviewer, _, _, case, decided_at, _, seconds, floor, *_ in found
        if floor is not None and seconds < floor
    }
    earlier: dict[tuple[UUID, UUID], int] = {}
    if not hasty:
        return earlier
    claims = Claim.objects.filter(
        user__in={user for user, _ in hasty}, case__in={case for _, case in hasty}, ended_at__isnull=False
    )
    for user, case, began, ended, active, end in claims.values_list(
        "user_id", "case_id", "claimed_at", "ended_at", "active_seconds", "end"
    ):
        decided_at = hasty.get((user, case))
        if decided_at is None or ended is None or (end == ClaimEnd.DECIDED and ended >= decided_at):
            continue
        held = active or int(min((ended - began).total_seconds(), settings.LEASE_SECONDS))
        earlier[user, case] = earlier.get((user, case), 0) + held
    return earlier


def _seen(row: Sequence[Any], before: int, known: Known) -> Seen:
    at, verdict, seconds, floor, opened, note, step, confidence, severity = row
    code, category, has_evidence = known.steps[step]
    return Seen(
        at=at,
        stratum=f"{code}/{severity}",
        seconds=seconds + before,
        floor=floor,
        # On D3 nobody saw what the AI put out: that both came to the same is no approval.
        approved=None if category == Category.D3 else verdict == Verdict.APPROVE,
        opened=opened if has_evidence else None,
        confidence=confidence,
        note=note,
    )
