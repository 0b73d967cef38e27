"""What can be halted, as somebody who sees it names it: by codes, never by ids he would have to know (W1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.errors import Invalid, NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import HALT_PROCESS
from contracts.enums import HaltScope
from contracts.models import Halt, ModelVersion, Organisation, Process, ProcessStep, User
from contracts.selectors import halts


@dataclass(frozen=True)
class What:
    """What is to be halted: the scope with the one object it needs; a model may be narrowed to one client."""

    scope: HaltScope
    client: Organisation | None = None
    process: Process | None = None
    step: ProcessStep | None = None
    model: ModelVersion | None = None

    def key(self) -> str:
        """The scope as one text: the same for the same thing."""
        parts = (self.model, self.step, self.process, self.client)
        return ":".join([self.scope.value, *(str(part.pk) for part in parts if part is not None)])

    def fields(self) -> dict[str, object]:
        """The scope as a halt keeps it."""
        return {
            "scope": self.scope,
            "client": self.client,
            "process": self.process,
            "step": self.step,
            "model_version": self.model,
            "key": self.key(),
        }


@dataclass(frozen=True)
class Choice:
    """One thing that can be halted: how a form sends it, how a person reads it, and the group it stands in."""

    value: str
    label: str
    group: str


def choices(user: User) -> list[Choice]:
    """Everything the user could name: what belongs to the processes he sees, and what reaches beyond them where he holds
    the right to halt one of those it reaches."""
    seen = list(
        access.processes(user)
        .select_related("client")
        .prefetch_related("steps__model_versions")
        .order_by("code")
    )
    found = [
        Choice(f"process:{process.code}", f"{process.code} · {process.name}", "Process") for process in seen
    ]
    for process in seen:
        for step in process.steps.all():
            found.append(Choice(f"step:{process.code}/{step.code}", f"{process.code} · {step.name}", "Step"))
    halted = set(access.processes(user, HALT_PROCESS).values_list("pk", flat=True))
    models: dict[str, set[Organisation]] = {}
    beyond: set[str] = set()
    for process in seen:
        for step in process.steps.all():
            for version in step.model_versions.all():
                models.setdefault(version.reference, set()).add(process.client)
                if process.pk in halted:
                    beyond.add(version.reference)
    for reference, clients in sorted(models.items()):
        for client in sorted(clients, key=lambda one: one.slug):
            label = f"{reference} for {client.name}"
            found.append(Choice(of_model(reference, client.slug), label, "Model version"))
        if reference in beyond:
            label = f"{reference} wherever it is used"
            found.append(Choice(of_model(reference), label, "Model version"))
    for slug, name in sorted({(process.client.slug, process.client.name) for process in seen}):
        found.append(Choice(f"client:{slug}", f"All processes of {name}", "Client"))
    if halted:
        found.append(Choice("all", "Every process on the portal", "Everything"))
    return found


def parsed(value: str) -> dict[str, str]:
    """What a form sent, as the names that `resolve` takes."""
    scope, _, rest = value.partition(":")
    if scope == HaltScope.STEP:
        process, _, step = rest.partition("/")
        return {"scope": scope, "process": process, "step": step}
    if scope == HaltScope.MODEL:
        client, _, model = rest.partition("@")
        return {"scope": scope, "model": model, "client": client}
    return {"scope": scope, scope: rest} if scope in {"process", "client"} else {"scope": scope}


def written(halt: Halt) -> str:
    """A halt's scope as a form would send it."""
    if halt.process is not None:
        return f"process:{halt.process.code}"
    if halt.step is not None:
        return f"step:{halt.step.process.code}/{halt.step.code}"
    if halt.model_version is not None:
        return of_model(halt.model_version.reference, halt.client.slug if halt.client else "")
    return f"client:{halt.client.slug}" if halt.client else "all"


def of_model(reference: str, slug: str = "") -> str:
    """A model version, for one client or for all, as a form sends it: the client first, for a reference may hold "@"."""
    return f"model:{slug}@{reference}"


def resolve(user: User, named: Mapping[str, str]) -> What:
    """What somebody names. Raises Invalid for an unknown kind of scope, NotVisible for what he does not see."""
    try:
        scope = HaltScope(named.get("scope", ""))
    except ValueError:
        known = ", ".join(one.value for one in HaltScope)
        raise Invalid("unknown_scope", f"A halt has one of these scopes: {known}.", "scope") from None
    seen = access.processes(user)
    if scope == HaltScope.ALL:
        if not seen.exists():
            raise _unseen("scope")
        if not access.processes(user, HALT_PROCESS).exists():
            raise _beyond("Everything at once")
        return What(scope)
    if scope == HaltScope.CLIENT:
        return What(scope, client=_client(user, named.get("client", "")))
    if scope == HaltScope.MODEL:
        return _model(user, named)
    process = seen.select_related("client").filter(code=named.get("process", "")).first()
    if process is None:
        raise _unseen("process")
    if scope == HaltScope.PROCESS:
        return What(scope, process=process)
    step = process.steps.select_related("process__client").filter(code=named.get("step", "")).first()
    if step is None:
        raise _unseen("step")
    return What(scope, step=step)


def touched(what: What) -> list[Process]:
    """The processes that a halt of this would touch."""
    return list(halts.touched(Halt(**what.fields())))


def _model(user: User, named: Mapping[str, str]) -> What:
    seen = access.processes(user)
    version = ModelVersion.objects.filter(
        reference=named.get("model", ""), steps__process__in=seen.values("pk")
    ).first()
    if version is None:
        raise _unseen("model")
    slug = named.get("client", "")
    if slug:
        return What(HaltScope.MODEL, model=version, client=_client(user, slug))
    if not access.processes(user, HALT_PROCESS).filter(steps__model_versions=version).exists():
        raise _beyond("A model for every client at once")
    return What(HaltScope.MODEL, model=version)


def _client(user: User, slug: str) -> Organisation:
    client = Organisation.objects.filter(slug=slug, pk__in=access.processes(user).values("client")).first()
    if client is None:
        raise _unseen("client")
    return client


def _beyond(what: str) -> NotAllowed:
    """What reaches processes of others is read by them: so it is named by somebody who answers for one of them."""
    return NotAllowed("not_allowed", f"{what} is named by those who may halt a process it reaches.", "scope")


def _unseen(field: str) -> NotVisible:
    return NotVisible("not_found", "There is nothing of that name here that you can see.", field)
