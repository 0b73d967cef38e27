"""What evidence is of, for whoever may read it: an interaction, a period of a client's log, or a QA draw.

The same questions are asked when somebody asks for evidence, while it is written, and when it is fetched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from audit.domain import catalogue
from audit.errors import NotAllowed, NotVisible
from audit.models import Event
from audit.selectors import evidence, tree
from audit.selectors.evidence import Selection
from contracts import access
from contracts.domain.roles import REVEAL_PERSONAL, VIEW_STORY
from contracts.models import Process, User
from governance.domain.evidence import ExportKind
from governance.models import EvidenceExport
from governance.selectors import bodies, stories
from reviews.domain import windows
from reviews.enums import DrawKind, DrawState
from reviews.models import Draw, Evaluation
from reviews.selectors import draws

_CHUNK = 400  # evaluations in one statement, within what SQLite takes
ABOUT_INTERACTIONS = frozenset(
    {"action", "escalation", "intake", "ownership", "pii", "qa", "release", "review"}
)
READS = "Your role may not read the stories of this process."
REVEALS = "Your role may not see the personal data of this process: ask without it."
LOST = "Your role no longer reads all that this file shows. Ask for it again."


@dataclass(frozen=True, slots=True)
class Scope:
    """What may go into the evidence: a log with its client, and either some events or what was recorded in a period, of
    all processes or of one. `process` is the one in whose role the reader acts."""

    kind: ExportKind
    log: str
    client: str
    process: Process
    uids: frozenset[UUID] | None = None
    only: str = ""
    since: datetime | None = None
    until: datetime | None = None
    draw: Draw | None = None

    def selection(self) -> Selection:
        """The stretch, as far as it goes now. NotVisible where nothing is there, Conflict while some of it waits for its
        place."""
        if self.uids is not None:
            return evidence.of_events(log=self.log, uids=self.uids)
        assert self.since is not None  # noqa: S101 — a period has a beginning
        return evidence.of_period(log=self.log, since=self.since, until=self.until)


def of_interaction(user: User, interaction_id: UUID) -> Scope:
    """An interaction's story. Raises NotVisible or NotAllowed as the story does."""
    found = stories.interaction(user, interaction_id)
    client = found.process.client
    events = stories.events(user, found)
    return Scope(
        kind=ExportKind.INTERACTION,
        log=client.log_key,
        client=client.slug,
        process=found.process,
        uids=frozenset(event.uid for event in events if event.content["log"] == client.log_key),
    )


def of_period(user: User, *, client: str, process: str, since: datetime, until: datetime) -> Scope:
    """What was recorded of a client, or of one of its processes. NotVisible where the user reads no stories there."""
    readable = _readable(user, client)
    if process:
        readable = [one for one in readable if one.code == process]
    if not readable:
        raise NotVisible("not_found", "There is no such client or process whose stories you read.")
    return Scope(
        kind=ExportKind.PERIOD,
        log=readable[0].client.log_key,
        client=client,
        process=readable[0],
        only=process,
        since=since,
        until=until,
    )


def of_draw(user: User, draw_id: UUID) -> Scope:
    """A QA draw with its evaluations. Raises NotVisible, also for a targeted draw, or NotAllowed for who may not see samples
    or read stories."""
    draw = draws.get(user, draw_id)
    if draw.kind != DrawKind.RANDOM:
        raise NotVisible(
            "not_by_chance", "There is no evidence of a targeted draw: chance had no part in it."
        )
    if draw.state != DrawState.DRAWN:
        raise NotVisible("not_drawn_yet", "Its frame is fixed, and nothing is drawn yet.")
    process = Process.objects.select_related("client").get(pk=draw.process_id)
    access.check(user, VIEW_STORY, process, READS)
    log = process.client.log_key
    return Scope(
        kind=ExportKind.QA_DRAW,
        log=log,
        client=process.client.slug,
        process=process,
        uids=frozenset(event.uid for event in _events_of(draw, tree.log_id(log))),
        draw=draw,
    )


def of_export(user: User, export: EvidenceExport) -> Scope:
    """What an export is of, as its asker may read it now."""
    given: dict[str, Any] = export.parameters
    kind = ExportKind(export.kind)
    if kind is ExportKind.INTERACTION:
        scope = of_interaction(user, UUID(given["interaction"]))
    elif kind is ExportKind.QA_DRAW:
        scope = of_draw(user, UUID(given["draw"]))
    else:
        scope = of_period(
            user,
            client=given["client"],
            process=given["process"],
            since=datetime.fromisoformat(given["since"]),
            until=datetime.fromisoformat(given["until"]),
        )
    if export.fields:
        check_can_disclose(user, scope)
    return scope


def check_can_disclose(user: User, scope: Scope) -> None:
    """Personal values are shown to who may reveal them on the process; in a period of all processes, on one of them."""
    processes = [scope.process]
    if scope.kind is ExportKind.PERIOD and not scope.only:
        processes = _readable(user, scope.client)
    if not reveals_any(user, processes):
        raise NotAllowed("not_allowed", REVEALS)


def check_can_fetch(user: User, export: EvidenceExport) -> None:
    """What was written may be fetched while its asker may still read all of it. NotVisible or NotAllowed otherwise."""
    scope = of_export(user, export)
    needs: dict[str, list[str]] = export.needs
    mine = set(access.processes(user, VIEW_STORY).values_list("code", flat=True))
    reveals = set(access.processes(user, REVEAL_PERSONAL).values_list("code", flat=True))
    whole = set(Process.objects.filter(client__log_key=scope.log).values_list("code", flat=True))
    lost = set(needs["processes"]) - mine or set(needs["personal"]) - reveals
    if lost or (needs["whole"] and whole - mine):
        raise NotAllowed("not_allowed", LOST)


def reveals_any(user: User, processes: Sequence[Process]) -> bool:
    """Whether the user may see personal data of one of these processes."""
    return any(access.can(user, REVEAL_PERSONAL, process) for process in processes)


def sealed_in(user: User, scope: Scope) -> set[tuple[str, str]]:
    """What the events of a scope that the user may read seal, by action and field; of a period, what any event of an
    interaction may."""
    if scope.uids is None:
        return sealed_by_interactions()
    found = list(Event.objects.filter(uid__in=list(scope.uids)))
    withheld = bodies.withheld(user, scope.log, found)
    return {(event.action, field) for event in found if event.uid not in withheld for field in event.sealed}


def sealed_by_interactions() -> set[tuple[str, str]]:
    """What events of interactions may seal, by action and field."""
    specs = [catalogue.get(action) for action in catalogue.actions()]
    about = (spec for spec in specs if spec.action.split(".")[0] in ABOUT_INTERACTIONS)
    return {(spec.action, field) for spec in about for field in spec.personal}


def clients(user: User) -> list[Process]:
    """The processes whose stories the user reads, with their clients, by client and code."""
    found = access.processes(user, VIEW_STORY).select_related("client")
    return list(found.order_by("client__name", "code", "pk"))


def day_of(scope: Scope) -> date:
    """The local day of the draw that the evidence is of."""
    assert scope.draw is not None  # noqa: S101 — asked of draws alone
    return windows.local_day(scope.draw.window_start, scope.process.time_zone)


def _readable(user: User, client: str) -> list[Process]:
    return [process for process in clients(user) if process.client.slug == client]


def _events_of(draw: Draw, log_id: int) -> Iterator[Event]:
    """The event of the draw, and all that was done with its evaluations."""
    yield from Event.objects.filter(log_id=log_id, object_type="draw", object_id=str(draw.pk))
    evaluations = [
        str(pk) for pk in Evaluation.objects.filter(draw=draw).order_by("pk").values_list("pk", flat=True)
    ]
    for start in range(0, len(evaluations), _CHUNK):
        part = evaluations[start : start + _CHUNK]
        yield from Event.objects.filter(log_id=log_id, object_type="evaluation", object_id__in=part)
