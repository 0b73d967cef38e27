"""What the counting of vigilance reads: decisions as they stand in their rows, never the trail."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.enums import Category
from contracts.models import Process, ProcessStep
from reviews.domain.vigilance_tally import Seen
from reviews.enums import ClaimEnd, Verdict
from reviews.models import Claim, Decision, ReviewerSignal, VigilanceAction, VigilanceNotice

# A decision younger than this, beyond the time to take it back, may still be on its way into the database.
UNDERWAY = timedelta(minutes=2)
MOST = 5_000
_COLUMNS = (
    "pk",
    "process_id",
    "case_id",
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
        for action in VigilanceAction.objects.filter(cleared_at__isnull=False):
            if action.cleared_at is not None:
                mine = self._cleared.setdefault((action.process_id, action.reviewer_id), [])
                mine.append(action.cleared_at)

    def cleared_between(self, row: ReviewerSignal, at: datetime) -> bool:
        """Whether a lead cleared what was raised after the last decision of this row, and before the next one."""
        moments = self._cleared.get((row.process_id, row.reviewer_id), [])
        return any(row.last_at <= moment <= at for moment in moments)


def waiting(until: datetime) -> list[VigilanceNotice]:
    """Those of whom there is something to count. Who decided twice at one instant had both counted together."""
    newer = Decision.objects.filter(
        decided_by=OuterRef("pk"), decided_at__gt=OuterRef("seen_at"), decided_at__lte=until
    )
    return list(VigilanceNotice.objects.filter(Exists(newer)).order_by("pk"))


def unseen(notice: VigilanceNotice, until: datetime, known: Known) -> list[tuple[UUID, UUID, Seen]]:
    """The next decisions of a person that nobody counted, in the order of time: decision, process, what is counted.

    Honeypots tell by themselves, and what was replayed nobody decided then.
    """
    rows = list(
        _after(notice)
        .filter(
            decided_at__lte=until, withdrawn_at__isnull=True, replayed=False, interaction__is_honeypot=False
        )
        # Which panels were opened is nobody's question here, and reading the list costs more than the rest of a row.
        .annotate(opened=~Q(evidence=[]))
        .order_by("decided_at", "pk")
        .values_list(*_COLUMNS)[:MOST]
    )
    hasty = {row[2]: row[3] for row in rows if row[6] is not None and row[5] < row[6]}
    before = _before(notice.reviewer_id, hasty) if hasty else {}
    return [(row[0], row[1], _seen(row, before.get(row[2], 0), known)) for row in rows]


def _after(notice: VigilanceNotice) -> QuerySet[Decision]:
    mine = Decision.objects.filter(decided_by=notice.reviewer_id, decided_at__gte=notice.seen_at)
    if notice.seen is None:
        return mine
    return mine.filter(Q(decided_at__gt=notice.seen_at) | Q(pk__gt=notice.seen))


def _before(reviewer: UUID, cases: Mapping[UUID, datetime]) -> dict[UUID, int]:
    """How long a person had these cases in hand before, in seconds: whose lease ran out, or who took a decision back, has
    read them already."""
    earlier: dict[UUID, int] = {}
    claims = Claim.objects.filter(user=reviewer, case__in=list(cases), ended_at__isnull=False)
    for case, began, ended, active, end in claims.values_list(
        "case_id", "claimed_at", "ended_at", "active_seconds", "end"
    ):
        if ended is None or (end == ClaimEnd.DECIDED and ended >= cases[case]):
            continue
        held = active or int(min((ended - began).total_seconds(), settings.LEASE_SECONDS))
        earlier[case] = earlier.get(case, 0) + held
    return earlier


def _seen(row: tuple, before: int, known: Known) -> Seen:
    code, category, has_evidence = known.steps[row[9]]
    return Seen(
        at=row[3],
        stratum=f"{code}/{row[11]}",
        seconds=row[5] + before,
        floor=row[6],
        # On D3 nobody saw what the AI put out: that both came to the same is no approval.
        approved=None if category == Category.D3 else row[4] == Verdict.APPROVE,
        opened=row[7] if has_evidence else None,
        confidence=row[10],
        note=row[8],
    )
