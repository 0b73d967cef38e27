"""The interactions of a period in the order in which they were routed, page by page, with no more than routing needs."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, TextField
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import Cast

from contracts.models import Process
from reviews.domain.simulation import Past
from reviews.enums import SCORED, Verdict
from reviews.models import Decision, Escalation, Evaluation, Interaction, SubjectTally
from reviews.selectors import disputes

_CHUNK = 2_000
# The dear ones as text: a page of a thousand is read in the time that turning them all into objects would take.
_COLUMNS = (
    Cast("pk", TextField()),
    Cast("received_at", TextField()),
    "subject",
    "amount",
    "currency",
    "category",
    "routing__ruleset_version",
    "routing__disposition",
    "routing__needs_second",
    "routing__failsafe",
    # As text: each is read when it is its turn, and forgotten with it, instead of a page of them at once.
    Cast("routing__fired", TextField()),
    Cast("routing__reasons", TextField()),
    Cast("routing__snapshot", TextField()),
)
_CORRECTED = (Verdict.EDIT, Verdict.REJECT, Verdict.OVERRIDE)
ESCALATED, FAILED_QA = "escalated", "failed_qa"


def _of_period(process: Process, since: datetime, until: datetime):  # noqa: ANN202
    # Honeypots are the portal's own and never released, whatever the rules.
    return Interaction.objects.filter(
        process=process, received_at__gte=since, received_at__lt=until, is_honeypot=False
    )


def count(process: Process, since: datetime, until: datetime) -> int:
    return _of_period(process, since, until).count()


def pages(process: Process, since: datetime, until: datetime, size: int) -> Iterator[list[Past]]:
    """Pages of the period, oldest first; each is read when it is asked for."""
    rows = _of_period(process, since, until).filter(routing__isnull=False)
    rows = rows.order_by("received_at", "pk")
    last: tuple[datetime, UUID] | None = None
    while True:
        later = rows if last is None else rows.filter(TupleGreaterThan((F("received_at"), F("pk")), last))
        found = [Past(pk, _moment(at), *rest) for pk, at, *rest in later.values_list(*_COLUMNS)[:size]]
        if found:
            yield found
        if len(found) < size:
            return
        last = found[-1].at, UUID(found[-1].id)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    # SQLite keeps no zone: everything is in UTC.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def subjects_between(
    process: Process, since: datetime, until: datetime
) -> Iterator[tuple[str, Decimal | None, str, datetime]]:
    """What was counted of subjects from `since` to `until`, in order: for the broken hour in which a period begins."""
    rows = Interaction.objects.filter(
        process=process, received_at__gte=since, received_at__lt=until, is_honeypot=False
    )
    rows = rows.exclude(subject="").order_by("received_at", "pk")
    yield from rows.values_list("subject", "amount", "currency", "received_at").iterator(chunk_size=_CHUNK)


def tallied(
    process: Process, subjects: Collection[str], since: datetime, until: datetime
) -> Iterable[tuple[str, datetime, str, int, Decimal]]:
    """What these subjects added up to, by hours, from `since` to before `until`."""
    rows = SubjectTally.objects.filter(process=process, subject__in=subjects, hour__gte=since, hour__lt=until)
    return rows.order_by("pk").values_list("subject", "hour", "currency", "count", "amount")


def missed(interactions: Collection[UUID]) -> dict[UUID, str]:
    """Of these, what a person corrected, escalated or what QA failed: it would not have been, straight through.

    A correction counts before an escalation, an escalation before a QA failure.
    """
    if not interactions:
        return {}
    found = dict.fromkeys(
        Evaluation.objects.filter(interaction__in=interactions, state__in=SCORED)
        .alias(stands=disputes.stands("passed"))
        .filter(stands=False)
        .values_list("interaction", flat=True),
        FAILED_QA,
    )
    escalated = Escalation.objects.filter(case__interaction__in=interactions)
    found |= dict.fromkeys(escalated.values_list("case__interaction", flat=True), ESCALATED)
    corrected = Decision.objects.filter(
        interaction__in=interactions, is_final=True, withdrawn_at__isnull=True, verdict__in=_CORRECTED
    )
    return found | {pk: str(verdict) for pk, verdict in corrected.values_list("interaction", "verdict")}
