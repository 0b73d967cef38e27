"""Halts as they are read: those that govern a process, those somebody may see, and what each of them touches."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.halting import HaltTerms
from contracts.enums import HaltScope, HaltState
from contracts.models import Halt, Process, User
from contracts.models.halt import RUNNING

# So many watches after a release are kept in a snapshot; each lasts a day, so that none is pushed out before its end.
_WATCHES = 500


def loaded() -> QuerySet[Halt]:
    """Halts with everything that names them."""
    return Halt.objects.select_related(
        "client", "process__client", "step__process__client", "model_version", "engaged_by", "requested_by"
    )


def locked(halt_id: UUID) -> Halt:
    """A halt as it stands now, which nobody else moves until the transaction ends."""
    return loaded().select_for_update(of=("self",)).get(pk=halt_id)


def reaching(process: Process) -> Q:
    """The halts that reach a process, or a part of it."""
    return (
        Q(scope=HaltScope.ALL)
        | Q(scope=HaltScope.CLIENT, client=process.client_id)
        | Q(scope=HaltScope.PROCESS, process=process)
        | Q(scope=HaltScope.STEP, step__process=process)
        | Q(scope=HaltScope.MODEL, model_version__steps__process=process)
        & (Q(client__isnull=True) | Q(client=process.client_id))
    )


def terms_for(process: Process) -> tuple[HaltTerms, ...]:
    """The halts in force that reach a process, and the last released ones whose watch is known (W3)."""
    found = loaded().filter(reaching(process)).distinct()
    running = list(found.filter(state__in=RUNNING).order_by("engaged_at", "pk"))
    watched = found.filter(state=HaltState.RELEASED, watch_until__isnull=False)
    return tuple(terms(halt) for halt in (*running, *watched.order_by("-watch_until", "pk")[:_WATCHES]))


def in_force() -> list[Halt]:
    """Every halt in force, on whatever."""
    return list(Halt.objects.filter(state__in=RUNNING).order_by("engaged_at", "pk"))


def terms(halt: Halt) -> HaltTerms:
    """A halt as the hot paths need it."""
    engaged = halt.engaged_by
    return HaltTerms(
        id=halt.pk,
        scope=halt.scope,
        name=name(halt),
        degree=halt.degree,
        cause=halt.cause,
        drill=halt.drill,
        reason=halt.reason,
        by=engaged.name if engaged else "",
        since=halt.engaged_at or halt.requested_at,
        client_id=halt.client_id,
        process_id=halt.process_id,
        step_id=halt.step_id,
        model_id=halt.model_version_id,
        until=halt.released_at,
        watch_until=halt.watch_until,
    )


def name(halt: Halt) -> str:
    """What is halted, in words."""
    if halt.scope == HaltScope.CLIENT and halt.client:
        return halt.client.name
    if halt.scope == HaltScope.PROCESS and halt.process:
        return halt.process.code
    if halt.scope == HaltScope.STEP and halt.step:
        return f"{halt.step.process.code} · {halt.step.name}"
    if halt.scope == HaltScope.MODEL and halt.model_version:
        narrowed = f" for {halt.client.name}" if halt.client else ""
        return f"{halt.model_version.reference}{narrowed}"
    return "everything"


def touched(halt: Halt) -> QuerySet[Process]:
    """Every process a halt reaches, in one order: a halt of everything reaches every process on the portal."""
    found = Process.objects.select_related("client")
    if halt.scope == HaltScope.CLIENT:
        found = found.filter(client=halt.client)
    elif halt.process is not None:
        found = found.filter(pk=halt.process.pk)
    elif halt.scope == HaltScope.STEP:
        found = found.filter(steps=halt.step)
    elif halt.scope == HaltScope.MODEL:
        found = found.filter(steps__model_versions=halt.model_version).distinct()
        if halt.client_id:
            found = found.filter(client=halt.client)
    return found.order_by("pk")


def visible(user: User) -> QuerySet[Halt]:
    """The halts that reach a process the user may see."""
    return _reaching(access.processes(user).values("pk"))


def _reaching(processes: Iterable[UUID] | QuerySet) -> QuerySet[Halt]:
    own = Process.objects.filter(pk__in=processes)
    reached = (
        Q(scope=HaltScope.ALL)
        | Q(scope=HaltScope.CLIENT, client__in=own.values("client"))
        | Q(scope=HaltScope.PROCESS, process__in=own.values("pk"))
        | Q(scope=HaltScope.STEP, step__process__in=own.values("pk"))
        | Q(
            scope=HaltScope.MODEL,
            client__isnull=True,
            model_version__in=own.values("steps__model_versions"),
        )
        | Q(
            scope=HaltScope.MODEL,
            client__in=own.values("client"),
            model_version__in=own.values("steps__model_versions"),
        )
    )
    return loaded().filter(reached)


def found(user: User, halt_id: UUID) -> Halt:
    """A halt the user may see. Raises NotVisible."""
    halt = visible(user).filter(pk=halt_id).first()
    if halt is None:
        raise NotVisible("not_found", "There is no such halt that you can see.")
    return halt


def of_process(process: Process) -> QuerySet[Halt]:
    """The halts that reached a process, the newest first."""
    return loaded().filter(reaching(process)).distinct().order_by("-requested_at", "-pk")
