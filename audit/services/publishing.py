"""Publishing: signing the tree of a log as it is now, and getting the signature out of the house at once.

A checkpoint is signed only after the stored tree was shown to continue the last one that was signed, here and in the
folder outside. Each checkpoint of an organisation's log becomes an event of the platform's log, so that one checkpoint
of the platform covers all of them; the platform's own ones do not.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from audit.domain import checkpoint as texts
from audit.domain import events, merkle, note, proofs
from audit.domain.envelope import Actor, Target
from audit.domain.notation import base64_text
from audit.models import Checkpoint, Log, LogState
from audit.selectors import nodes
from audit.selectors import tree as tree_selectors
from audit.services import logs, outside, recording, rows, sequencing, signing_keys, witnesses

logger = logging.getLogger(__name__)

PUBLISHER = Actor.system("publisher")
# So often a log that does not grow is confirmed again by its witnesses, so that nobody can hide its end.
FRESH = timedelta(hours=1)


class Broken(Exception):
    """The stored tree does not continue what was signed before: nothing may be signed until a person has looked."""


@dataclass
class Report:
    """What a pass did: logs that were signed, and problems in sentences, by log."""

    signed: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def publish_all(*, clock: Callable[[], datetime]) -> Report:
    """Sign every log that has grown, the platform's last, so that it covers the others; bring all of them out.

    A log that cannot be published does not stop the others: its problem is in the report, and it is tried again.
    """
    report = Report()
    asking = witnesses.Asking.from_settings()
    keys = list(Log.objects.order_by("id").values_list("key", flat=True))
    for log in sorted(keys, key=lambda key: key == logs.PLATFORM):
        if log == logs.PLATFORM:
            _sequence_quietly(clock())
        try:
            if publish(log=log, at=clock()):
                report.signed.append(log)
            bring_out(log=log, at=clock(), asking=asking)
        except Broken as broken:
            stop(log=log, problem=str(broken), at=clock())
            report.problems[log] = str(broken)
        except outside.OutsideError as problem:
            logger.error("Checkpoints of log %s do not leave the house: %s", log, problem)  # noqa: TRY400
            report.problems[log] = str(problem)
    return report


def _sequence_quietly(at: datetime) -> None:
    log_id = tree_selectors.log_id(logs.PLATFORM)
    try:
        sequencing.sequence(log_id=log_id, at=at)
    except sequencing.Mismatch as mismatch:
        sequencing.stop(log_id=log_id, mismatch=mismatch, at=at)


def publish(*, log: str, at: datetime) -> Checkpoint | None:
    """Sign the log if it has grown since it was signed last; None where it has not, is stopped, or a rival was faster.

    Broken where the tree does not continue what was signed, OutsideError where the folder outside cannot be asked.
    """
    # In this order: meanwhile rivals may sign and write, and the log only grows.
    written = outside.newest(log)
    last = tree_selectors.latest_checkpoint(log)
    state = tree_selectors.state(log)
    if state.publishing_stopped:
        return None
    known = [written] if written else []
    if last:
        known.append(texts.parse(note.parse(bytes(last.note)).text))
    _check_sizes(state, known)
    if state.size == (last.size if last else 0):
        return None
    check_continues(state, known)
    # A clock that goes back does not make the log go back.
    at = max(at, last.created_at) if last else at
    tree = texts.Checkpoint(signing_keys.origin(log), state.size, bytes(state.root))
    signed = note.sign(tree.text, signing_keys.for_log(log, at), at=int(at.timestamp()))
    made = Checkpoint(log_id=state.log_id, size=tree.size, root=tree.root, note=signed, created_at=at)
    try:
        with transaction.atomic():
            rows.append([made])
            if log != logs.PLATFORM:
                recording.record(
                    log=logs.PLATFORM,
                    action=events.CHECKPOINT_SIGNED.action,
                    actor=PUBLISHER,
                    target=Target("log", log),
                    facts={
                        "log": log,
                        "size": tree.size,
                        "root": base64_text(tree.root),
                        "note": signed.decode(),
                    },
                    at=at,
                )
    except IntegrityError:
        # There is one note for a size, and a rival has written it.
        return None
    return made


def _check_sizes(state: LogState, known: Sequence[texts.Checkpoint]) -> None:
    """What can be seen without reading the tree: nothing that was signed is larger than it, or other at its size."""
    for tree in known:
        if tree.size > state.size:
            raise Broken(
                f"it has {state.size} entries, and {tree.size} were signed already: is it an old backup?"
            )
        if tree.size == state.size and tree.root != bytes(state.root):
            raise Broken(f"another root was signed for its {tree.size} entries")


def check_continues(state: LogState, known: Sequence[texts.Checkpoint]) -> None:
    """Broken unless the stored tiles have the root that was written down and continue each of these trees."""
    size, root = state.size, bytes(state.root)
    older = [tree for tree in known if 0 < tree.size < size]
    wanted = list(merkle.range_nodes(0, size))
    for tree in older:
        wanted += merkle.nodes_of(merkle.consistency_ranges(tree.size, size))
    try:
        node = nodes.lookup(state.log_id, size, wanted, fresh=True)
        if merkle.root(size, node) != root:
            raise Broken(f"its tiles do not make the root that was written down for {size} entries")
        for tree in older:
            proof = merkle.consistency_proof(tree.size, size, node)
            if not proofs.verify_consistency(
                old_size=tree.size, new_size=size, old_root=tree.root, new_root=root, proof=proof
            ):
                raise Broken(f"its {size} entries do not continue the {tree.size} that were signed")
    except LookupError as error:
        raise Broken(f"its tree has a gap: {error}") from error


def bring_out(*, log: str, at: datetime, asking: witnesses.Asking) -> None:
    """Ask the witnesses to confirm the newest checkpoint, and write it to the folder outside.

    Can run at any time and again: whatever was signed and did not leave the house yet, leaves it now.
    """
    _write_out(log, at)
    newest = tree_selectors.latest_checkpoint(log)
    if newest is None or tree_selectors.state(log).publishing_stopped:
        return
    try:
        confirmed = asking.confirm(log=log, checkpoint=newest, at=at, fresh=FRESH)
    except witnesses.Contradiction as contradiction:
        stop(log=log, problem=contradiction.problem, at=at, witness=contradiction.witness)
        return
    if confirmed:
        _write_out(log, at, again=True)


def _write_out(log: str, at: datetime, again: bool = False) -> None:
    """Until what stands outside is the newest there is: a rival may sign and write meanwhile."""
    while (newest := tree_selectors.latest_checkpoint(log)) is not None:
        written = outside.newest(log)
        if written is not None and written.size >= newest.size and not again:
            return
        outside.write_vkeys(log, [str(key.verifier) for key in signing_keys.for_log(log, at)])
        outside.write(log, size=newest.size, data=tree_selectors.signed_note(newest))
        again = False


@transaction.atomic
def stop(*, log: str, problem: str, at: datetime, witness: str = "") -> None:
    """Sign nothing more of this log until a person has looked, and say so in the platform's log, once."""
    log_id = tree_selectors.log_id(log)
    running = LogState.objects.filter(log_id=log_id, publishing_stopped="")
    logger.critical("Log %s is not signed any more: %s (witness %s)", log, problem, witness or "none")
    if running.update(publishing_stopped=problem) != 1:
        return
    recording.record(
        log=logs.PLATFORM,
        action=events.PUBLISHING_STOPPED.action,
        actor=PUBLISHER,
        target=Target("log", log),
        facts={
            "log": log,
            "size": tree_selectors.size(log),
            "problem": problem,
            **({"witness": witness} if witness else {}),
        },
        at=at,
    )


@transaction.atomic
def resume(*, log: str, at: datetime) -> bool:
    """Let a log be signed again; False where it was not stopped. What is still wrong stops it again."""
    stopped = LogState.objects.filter(log_id=tree_selectors.log_id(log)).exclude(publishing_stopped="")
    if stopped.update(publishing_stopped="") != 1:
        return False
    recording.record(
        log=logs.PLATFORM,
        action=events.LOG_RESUMED.action,
        actor=PUBLISHER,
        target=Target("log", log),
        facts={"log": log, "what": "publishing"},
        at=at,
    )
    return True
