"""Service levels as they stand: the version in force, a version by its id, and what is wrong with it."""

from datetime import date, datetime
from uuid import UUID

from audit.errors import NotVisible
from contracts import access
from contracts.domain import sla_terms
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS, VIEW_CONTRACTS
from contracts.domain.sla_kinds import Bound, Metric, SlaState, Unit
from contracts.enums import Party, TargetKind
from contracts.models import Breach, Measurement, Process, ServiceAgreement, ServiceLevel, User

_READERS = "Service levels are read by those who read the contracts."
# In force, or was.
_AGREED = (SlaState.ACTIVE, SlaState.SUPERSEDED)


def active(process: Process) -> ServiceAgreement | None:
    """The version in force; None where nothing is agreed."""
    return ServiceAgreement.objects.filter(process=process, state=SlaState.ACTIVE).first()


def in_force(process: Process, at: datetime) -> ServiceAgreement | None:
    """The version that was in force at a moment: whatever came later does not judge what was before."""
    rows = ServiceAgreement.objects.filter(process=process, state__in=_AGREED, in_force_at__lte=at)
    return rows.order_by("-in_force_at", "-version").first()


def levels(agreement: ServiceAgreement) -> list[ServiceLevel]:
    return list(agreement.levels.select_related("calendar").order_by("position", "pk"))


def found(agreement_id: UUID, *, lock: bool = False) -> ServiceAgreement:
    """The version with its process; NotVisible where there is none. Who may see it is asked by the caller."""
    rows = ServiceAgreement.objects.select_related("process__client", "process__provider", "author")
    if lock:
        rows = rows.select_for_update(of=("self",))
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotVisible("not_found", "There are no such service levels that you can see.")
    return agreement


def versions(user: User, process: Process) -> list[ServiceAgreement]:
    """The versions this person may read, newest first: drafts only those who write or accept them."""
    rows = ServiceAgreement.objects.filter(process=process).select_related("author")
    held = access.codenames(user, process)
    if not held & {DRAFT_CONTRACTS, SIGN_CONTRACTS}:
        rows = rows.filter(state__in=_AGREED)
    return list(rows.order_by("-version"))


def version(user: User, agreement_id: UUID) -> ServiceAgreement:
    """One version this person may read; NotVisible otherwise."""
    agreement = found(agreement_id)
    held = access.codenames(user, agreement.process)
    if VIEW_CONTRACTS not in held:
        raise NotVisible("not_found", "There are no such service levels that you can see.")
    if agreement.state not in _AGREED and not held & {DRAFT_CONTRACTS, SIGN_CONTRACTS}:
        raise NotVisible("not_found", "There are no such service levels that you can see.")
    return agreement


def process_of(user: User, code: str) -> Process:
    """The process whose service levels this person may read."""
    return access.process(user, code, VIEW_CONTRACTS, _READERS)


def numbered(user: User, code: str, number: int) -> ServiceAgreement:
    """A version this person may read, by the number it has on its process; NotVisible otherwise."""
    rows = ServiceAgreement.objects.filter(process=process_of(user, code), version=number)
    key = rows.values_list("pk", flat=True).first()
    if key is None:
        raise NotVisible("not_found", "There are no such service levels that you can see.")
    return version(user, key)


def words(agreement: ServiceAgreement) -> list[tuple[Party, User, datetime]]:
    """Who accepted a version, for which party and when."""
    given = (
        (Party.CLIENT, agreement.client_accepted_by, agreement.client_accepted_at),
        (Party.PROVIDER, agreement.provider_accepted_by, agreement.provider_accepted_at),
    )
    return [(party, person, when) for party, person, when in given if person and when]


def target_of(level: ServiceLevel) -> sla_terms.Target:
    """A row as the rules of a set speak of it."""
    return sla_terms.Target(
        name=level.name,
        kind=TargetKind(level.kind),
        metric=Metric(level.metric),
        bound=Bound(level.bound),
        target=level.target,
        weight=level.weight,
        unit=Unit(level.unit),
        floor=level.floor,
        minutes=level.minutes,
    )


def problems(agreement: ServiceAgreement) -> list[sla_terms.Problem]:
    """What keeps a version from being agreed, and what should make its readers think (U2)."""
    return sla_terms.problems([target_of(level) for level in levels(agreement)])


def reported(process: Process, month: date) -> dict[str, Measurement]:
    """The last figure reported of each level for a month."""
    rows = Measurement.objects.filter(process=process, month=month).order_by("reported_at", "pk")
    return {row.name: row for row in rows}


def breaches(user: User, process: Process) -> list[Breach]:
    """The newest breaches of a process the person reads contracts of."""
    rows = Breach.objects.filter(process=process, process__in=access.processes(user, VIEW_CONTRACTS))
    return list(rows.order_by("-occurred_at", "-pk")[:200])
