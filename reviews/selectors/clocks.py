"""What the clocks of cases are computed from: what stood still, and who held a case when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from contracts.domain import case_clock
from contracts.domain.case_clock import Clock, History, Pause
from contracts.domain.sla_kinds import Ledger
from contracts.enums import Degree, HaltCause, Party
from contracts.models import Halt
from contracts.selectors import calendars
from reviews.models import CaseClock, ClockPause, EscalationStep, Interaction
from reviews.selectors import halted

# Whose fault a halt was for certain: what the provider caused, or nobody can say, counts against him (U5).
_NOT_THE_PROVIDER = (HaltCause.MODEL, HaltCause.DATA)


def calendars_of(rows: Sequence[CaseClock]) -> dict[str | None, History]:
    """What the calendars that the terms of these clocks name said since when, in one query; none is round the clock."""
    return calendars.histories({term["calendar"] for row in rows for term in row.terms if term["calendar"]})


def computed(row: CaseClock, stood: Sequence[Pause], known: Mapping[str | None, History]) -> Clock | None:
    """The clock as it is computed with; None where nothing is agreed."""
    if not row.terms:
        return None
    agreed = [
        (datetime.fromisoformat(term["since"]), term["minutes"], known[term["calendar"]])
        for term in row.terms
    ]
    return case_clock.of_histories(row.started_at, agreed, stood, row.stopped_at)


def pauses(case_id: UUID) -> list[Pause]:
    """What people entered, as it ended."""
    rows = ClockPause.objects.filter(case=case_id)
    return [Pause(row.begins_at, row.ended_early_at or row.ends_at) for row in rows]


def halts(interaction: Interaction, since: datetime, until: datetime) -> list[Pause]:
    """The halts over an interaction that do not count against the provider: somebody else’s fault, and drills (U5)."""
    over = Q(released_at__isnull=True) | Q(released_at__gt=since)
    rows = Halt.objects.filter(over, engaged_at__isnull=False, engaged_at__lt=until)
    rows = rows.filter(Q(drill=True) | Q(cause__in=_NOT_THE_PROVIDER, degree__in=[Degree.STOP, Degree.HOLD]))
    return [
        Pause(halt.engaged_at, halt.released_at)
        for halt in rows
        if halt.engaged_at and Interaction.objects.filter(halted.in_scope(halt), pk=interaction.pk).exists()
    ]


def holder(row: CaseClock, at: datetime) -> Party:
    """Which party had the case at a moment: the AI vendor while it was asked, the client while one of its people had an
    escalation, the provider otherwise."""
    asked = CaseClock.objects.filter(case=row.case_id, ledger=Ledger.UC, started_at__lte=at)
    if asked.filter(Q(stopped_at__isnull=True) | Q(stopped_at__gt=at)).exists():
        return Party.AI_VENDOR
    steps = EscalationStep.objects.filter(escalation__case=row.case_id, started_at__lte=at)
    steps = steps.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    client = row.case.client_id
    if steps.filter(owner__organisation=client).exists():
        return Party.CLIENT
    return Party.PROVIDER
