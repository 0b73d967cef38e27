"""What audits of bias read: protected attributes, only ever as counts by group (R4)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import KEEP_RECORDS, MANAGE_SAMPLE, VIEW_BOARD
from contracts.models import Process, User
from governance.domain.bias import Counts
from governance.models import BiasAudit, ProtectedAttribute
from reviews.domain import windows
from reviews.enums import EvaluationState
from reviews.models import Evaluation, ExtraPick, Interaction
from reviews.models.interaction import RELEASED
from reviews.selectors import snapshots

LATEST = 50
CHUNK = 2_000
SEES = "Audits of bias are read by those who see the board."


@dataclass(frozen=True, slots=True)
class Standing:
    """What a reader finds of a process: its audits, newest first, and what he may do."""

    process: Process
    audits: list[BiasAudit]
    attributes: list[str]
    may_audit: bool
    may_supply: bool


def processes(user: User) -> list[tuple[Process, BiasAudit | None]]:
    """Every process whose audits the user may read, by code, with the newest of each."""
    found = list(access.processes(user, VIEW_BOARD).order_by("code", "pk"))
    newest: dict[UUID, BiasAudit] = {}
    for audit in visible(user).defer("lines").order_by("audited_at", "pk"):
        newest[audit.process_id] = audit
    return [(process, newest.get(process.pk)) for process in found]


def visible(user: User) -> QuerySet[BiasAudit]:
    return BiasAudit.objects.filter(process__in=access.processes(user, VIEW_BOARD).values("pk"))


def standing(user: User, code: str) -> Standing:
    """Of one process. Raises NotVisible or NotAllowed."""
    process = access.process(user, code, VIEW_BOARD, SEES)
    held = access.codenames(user, process)
    supplied = ProtectedAttribute.objects.filter(process=process)
    return Standing(
        process=process,
        audits=list(
            BiasAudit.objects.filter(process=process)
            .select_related("audited_by")
            .order_by("-audited_at", "-pk")[:LATEST]
        ),
        attributes=sorted(supplied.order_by().values_list("attribute", flat=True).distinct()),
        may_audit=MANAGE_SAMPLE in held,
        may_supply=KEEP_RECORDS in held,
    )


def get(user: User, audit_id: UUID) -> BiasAudit:
    """One audit. Raises NotVisible, or NotAllowed where the user sees the process but not its board."""
    found = BiasAudit.objects.select_related("process", "audited_by").filter(pk=audit_id).first()
    if found is None:
        raise NotVisible("not_found", "There is no such audit that you can see.")
    access.check(user, VIEW_BOARD, found.process, SEES)
    return found


def supplied() -> list[tuple[Process, str]]:
    """Every process with the attributes that were supplied for it, by code and name."""
    rows = ProtectedAttribute.objects.order_by().values_list("process", "attribute").distinct()
    named: dict[UUID, list[str]] = defaultdict(list)
    for process, attribute in rows:
        named[process].append(attribute)
    found = Process.objects.filter(pk__in=named).select_related("client").order_by("code", "pk")
    return [(process, attribute) for process in found for attribute in sorted(named[process.pk])]


def sharing(process: Process, attribute: str, since: date, until: date) -> QuerySet[BiasAudit]:
    """Audits of the same attribute that have some of these days, or all of them."""
    return BiasAudit.objects.filter(process=process, attribute=attribute, since__lte=until, until__gte=since)


def undrawn_of_group(
    process: Process, attribute: str, group: str, since: date, until: date
) -> Iterator[UUID]:
    """What went out in these days of one group and no auditor has; for `governance.services.sample_boosts` alone."""
    members = ProtectedAttribute.objects.filter(interaction=OuterRef("pk"), attribute=attribute, group=group)
    return _undrawn(process, since, until).filter(Exists(members)).iterator(chunk_size=CHUNK)


def undrawn_of_others(
    process: Process, attribute: str, groups: Collection[str], since: date, until: date
) -> Iterator[UUID]:
    """The same of everybody else, also of those for whom nothing was supplied."""
    members = ProtectedAttribute.objects.filter(
        interaction=OuterRef("pk"), attribute=attribute, group__in=list(groups)
    )
    return _undrawn(process, since, until).filter(~Exists(members)).iterator(chunk_size=CHUNK)


def _undrawn(process: Process, since: date, until: date) -> QuerySet[Interaction, UUID]:
    drawn = Evaluation.objects.filter(interaction=OuterRef("pk")).exclude(state=EvaluationState.VOID)
    asked = ExtraPick.objects.filter(interaction=OuterRef("pk"))
    return (
        Interaction.objects.filter(
            ~Exists(drawn),
            ~Exists(asked),
            process=process,
            state__in=RELEASED,
            is_honeypot=False,
            released_at__gte=windows.of_day(since, process.time_zone).start,
            released_at__lt=windows.of_day(until, process.time_zone).end,
        )
        .order_by()
        .values_list("pk", flat=True)
    )


def overlapping(process: Process, attribute: str, since: date, until: date) -> BiasAudit | None:
    """An audit of the same attribute that shares some of these days, and not all of them."""
    others = sharing(process, attribute, since, until).exclude(since=since, until=until)
    return others.order_by("-audited_at").first()


def counts(process: Process, attribute: str, since: date, until: date) -> dict[str, Counts]:
    """Of the days from `since` to `until`, what the AI and people made of everything that went out, by group.

    An interaction counts among the decided where both outcomes are known. It is read in chunks, and only sums are kept.
    """
    rows = ProtectedAttribute.objects.filter(
        process=process,
        attribute=attribute,
        interaction__state__in=RELEASED,
        interaction__is_honeypot=False,
        interaction__released_at__gte=windows.of_day(since, process.time_zone).start,
        interaction__released_at__lt=windows.of_day(until, process.time_zone).end,
    ).values_list(
        "group",
        "interaction__step",
        "interaction__output",
        "interaction__final_decision",
        "interaction__final_decision__output",
        "interaction__final_decision__material",
    )
    steps = {step.id: step for step in snapshots.current(process.pk).steps.values()}
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(astuple(Counts())))
    for group, step, output, decision, decided, material in rows.iterator(chunk_size=CHUNK):
        by_ai = steps[step].adversity(output)
        after = by_ai if decision is None else steps[step].adversity(decided or {})
        known, reviewed = by_ai is not None and after is not None, decision is not None
        refused = reviewed and by_ai is True
        one = (
            known,
            known and not by_ai,
            known and not after,
            reviewed,
            reviewed and bool(material),
            refused,
            refused and after is False,
        )
        sums[group] = [total + counted for total, counted in zip(sums[group], one, strict=True)]
    return {group: Counts(*found) for group, found in sums.items()}
