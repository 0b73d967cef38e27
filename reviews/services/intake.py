"""Intake: what agents post is redacted, judged, routed and stored, in one transaction with its events (A1, B1, B9).

The agent learns in the reply what became of it. Whatever goes wrong on the way ends with a person, never with a
release. Batches are stored in chunks, so that nobody holds the process's lock for long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction

from audit.errors import Conflict, Refused
from audit.services import recording, rows
from contracts import access
from contracts.domain.roles import POST_INTERACTION
from contracts.models import ApiKey, Process, User
from contracts.selectors import rates
from contracts.services import scopes
from reviews.domain import submission
from reviews.domain.submission import Submission
from reviews.models import Interaction
from reviews.selectors import broker, snapshots
from reviews.selectors.snapshots import Snapshot
from reviews.services import arrivals, clocks, declaring, halted, intake_rows, preparing, sovereignty, tallies
from reviews.services.arrivals import Batch
from reviews.services.intake_rows import Row
from reviews.services.preparing import Prepared

# A halt waits for the chunks under way (W1): of 100 rows one holds its locks for about 120 ms on one busy core, and costs
# no more for each row than of 250.
CHUNK = 100
FX_DAYS = 7


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one submission, as the agent is told. `error` is set where it was refused."""

    index: int
    id: UUID | None = None
    disposition: str = ""
    state: str = ""
    reasons: list[dict[str, str]] = field(default_factory=list)
    case: UUID | None = None
    due_at: datetime | None = None
    receipt: UUID | None = None
    duplicate: bool = False
    error: Refused | None = None


def accept(
    *,
    payloads: Sequence[object],
    agent: User,
    key: ApiKey | None,
    at: datetime,
    origin: str = "",
    times: Sequence[datetime] | None = None,
) -> list[Receipt]:
    """Take in a batch, in line order; one receipt per payload, in the same order.

    A payload that is wrong is refused by itself and does not stop the others. The same `external_id` twice gives the
    first one's receipt again. `times` says when each happened, for imports of the past.
    """
    receipts: list[Receipt | None] = [None] * len(payloads)
    grouped: dict[str, list[tuple[int, Submission]]] = {}
    for index, payload in enumerate(payloads):
        try:
            parsed = submission.parse(payload)
            grouped.setdefault(parsed.process, []).append((index, parsed))
        except Refused as error:
            receipts[index] = Receipt(index, error=error)
    for code, lines in grouped.items():
        try:
            process = admit(agent=agent, key=key, code=code)
        except Refused as error:
            for index, _ in lines:
                receipts[index] = Receipt(index, error=error)
            continue
        for start in range(0, len(lines), CHUNK):
            chunk = lines[start : start + CHUNK]
            stamps = [times[index] if times else at for index, _ in chunk]
            stored = store(process=process, lines=chunk, agent=agent, at=at, times=stamps, origin=origin)
            for receipt in stored:
                receipts[receipt.index] = receipt
    return [receipt for receipt in receipts if receipt is not None]


def admit(*, agent: User, key: ApiKey | None, code: str) -> Process:
    """The process an agent may post to. Raises NotVisible, NotAllowed, or Conflict where it has not gone live."""
    process = access.process(
        agent, code, POST_INTERACTION, "This account may not post interactions to this process."
    )
    access.check_key(key, process, POST_INTERACTION)
    if process.went_live_at is None:
        raise Conflict(
            "not_live", f"The process {process.code} has not gone live: it takes nothing in yet.", "process"
        )
    return process


def store(
    *,
    process: Process,
    lines: Sequence[tuple[int, Submission]],
    agent: User,
    at: datetime,
    times: Sequence[datetime],
    origin: str = "",
) -> list[Receipt]:
    """Prepare one chunk without a lock, then route and store it under the shared lock of every scope it falls under.

    Where another request was faster with the same `external_id`, or two of them waited for each other, the chunk is
    tried once more and finds what the other one stored.
    """
    snapshot = snapshots.of(process)
    live = not origin
    prepared, refused = _prepare(snapshot, lines, times, live)
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                held = _share(snapshot, prepared)
                # Read again under the lock: terms that came into force meanwhile govern this chunk.
                while (current := snapshots.current(process.pk)).stamp != snapshot.stamp:
                    snapshot = current
                    prepared, refused = _prepare(snapshot, lines, times, live)
                    # The new terms may know a model that the old ones did not: its halt must wait for this chunk too.
                    held |= _share(snapshot, prepared, held)
                stored = _store(process, snapshot, prepared, agent, at, origin)
            break
        except (IntegrityError, OperationalError):
            if attempt == 2:
                raise
    return sorted(stored + refused, key=lambda receipt: receipt.index)


def _share(
    snapshot: Snapshot, prepared: list[tuple[int, Prepared]], held: frozenset[scopes.Scope] = frozenset()
) -> frozenset[scopes.Scope]:
    """Share the scopes a chunk falls under, as far as they are not held already; which those are."""
    wanted = scopes.covering(
        client=snapshot.client_id,
        process=snapshot.process_id,
        steps=(item.step.id for _, item in prepared),
        models=(item.model_version_id for _, item in prepared if item.model_version_id),
    )
    missing = [scope for scope in wanted if scope not in held]
    if missing:
        scopes.share(missing)
    return frozenset(missing)


def _prepare(
    snapshot: Snapshot, lines: Sequence[tuple[int, Submission]], times: Sequence[datetime], live: bool
) -> tuple[list[tuple[int, Prepared]], list[Receipt]]:
    # B9: while the broker is away nothing new is released without a person. The imported past waits for no clock.
    problems = ["BROKER_DOWN"] if live and not broker.alive() else []
    prepared: list[tuple[int, Prepared]] = []
    refused: list[Receipt] = []
    for (index, item), when in zip(lines, times, strict=True):
        try:
            one = preparing.prepare(item, snapshot, when)
            one.problems += problems
            prepared.append((index, one))
        except Refused as error:
            refused.append(Receipt(index, error=error))
    return prepared, refused


def _store(
    process: Process,
    snapshot: Snapshot,
    prepared: list[tuple[int, Prepared]],
    agent: User,
    at: datetime,
    origin: str,
) -> list[Receipt]:
    known = _known(process, prepared)
    receipts: list[Receipt] = []
    fresh: list[tuple[int, Prepared]] = []
    first: dict[str, Prepared] = {}
    repeated: list[tuple[int, Prepared]] = []
    for index, item in prepared:
        external = item.external_id
        if external and external in known:
            receipts.append(_again(index, known[external], item, agent))
        elif external and external in first:
            repeated.append((index, item))
        elif refusal := halted.judge(item, snapshot):
            receipts.append(Receipt(index, error=refusal))
        else:
            if external:
                first[external] = item
            fresh.append((index, item))
    if not fresh:
        return receipts
    declaring.mark(process, snapshot, [item for _, item in fresh])
    built = _insert(arrivals.batch(snapshot, agent, origin), [item for _, item in fresh], at)
    receipts += [_receipt(index, row) for (index, _), row in zip(fresh, built, strict=True)]
    return receipts + _repeated(repeated, first, built)


def _known(process: Process, prepared: list[tuple[int, Prepared]]) -> dict[str, Interaction]:
    names = [item.external_id for _, item in prepared if item.external_id]
    if not names:
        return {}
    # Said once more for PostgreSQL: of a long list it cannot see that no name is empty, and would not use the index.
    found = Interaction.objects.filter(process=process, external_id__in=names, is_honeypot=False).exclude(
        external_id=""
    )
    return {interaction.external_id: interaction for interaction in found.select_related("case")}


def _again(index: int, interaction: Interaction, item: Prepared, agent: User) -> Receipt:
    # What another agent posted is not told, whether it says the same or not.
    if interaction.content_digest != item.submission.digest or interaction.agent_id != agent.pk:
        return _taken(index)
    case = getattr(interaction, "case", None)
    return Receipt(
        index=index,
        id=interaction.pk,
        disposition=interaction.disposition,
        state=interaction.state,
        reasons=interaction.reasons,
        case=case.pk if case else None,
        due_at=case.due_at if case else None,
        receipt=interaction.received_event,
        duplicate=True,
    )


def _repeated(
    lines: list[tuple[int, Prepared]], first: dict[str, Prepared], built: list[Row]
) -> list[Receipt]:
    """Lines that repeat an `external_id` of the same chunk: the first one's receipt, or a refusal."""
    stored = {row.interaction.external_id: row for row in built if row.interaction.external_id}
    return [
        replace(_receipt(index, stored[item.external_id]), duplicate=True)
        if first[item.external_id].submission.digest == item.submission.digest
        else _taken(index)
        for index, item in lines
    ]


def _taken(index: int) -> Receipt:
    sentence = "Another interaction has this external_id already."
    return Receipt(index, error=Conflict("external_id_reused", sentence, "/external_id"))


def _running(snapshot: Snapshot, items: list[Prepared], at: datetime, live: bool) -> tallies.Running:
    max_age = int(snapshot.policy.get("fx_max_age_days", FX_DAYS))
    first, last = min(item.at for item in items), max(item.at for item in items)
    running = tallies.Running(
        process_id=snapshot.process_id,
        currency=snapshot.currency,
        rates=(),
        max_age_days=max_age,
        windows=snapshot.windows,
        beside=snapshot.shadow.windows if snapshot.shadow and live else frozenset(),
    )
    tallies.lock(running, (item.subject for item in items if item.subject), first)
    # What a subject added up to before may be in a currency that nothing in this batch has.
    currencies = {item.submission.currency for item in items} | running.currencies()
    running.rates = rates.between(
        currencies=currencies - {snapshot.currency, ""},
        into=snapshot.currency,
        on=last.date(),
        days=max_age + (last - first).days + 1,
    )
    return running


def _insert(batch: Batch, items: list[Prepared], at: datetime) -> list[Row]:
    arrived = [arrivals.arrive(batch, item) for item in items]
    received = recording.record_many([arrival.received for arrival in arrived])
    # From here on nobody else who posts about the same subjects gets on: whatever can be done before is done.
    running = _running(batch.snapshot, items, at, live=not batch.origin)
    built = [
        intake_rows.build(batch, arrival, event.uid, running)
        for arrival, event in zip(arrived, received, strict=True)
    ]
    tallies.store(running)
    recording.record_many([row.routed for row in built])
    recording.record_many([one for arrival in arrived if (one := sovereignty.violation(batch, arrival))])
    rows.append([row.interaction for row in built])
    rows.append([row.routing for row in built])
    cases = [row.case for row in built if row.case is not None]
    rows.append(cases)
    rows.append([clock for case in cases for clock in clocks.opened(case, batch.snapshot)])
    rows.append([row.shadow for row in built if row.shadow is not None])
    return built


def _receipt(index: int, row: Row) -> Receipt:
    return Receipt(
        index=index,
        id=row.interaction.pk,
        disposition=row.interaction.disposition,
        state=row.interaction.state,
        reasons=row.interaction.reasons,
        case=row.case.pk if row.case else None,
        due_at=row.case.due_at if row.case else None,
        receipt=row.interaction.received_event,
    )
