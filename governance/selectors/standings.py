"""Where the lines of a story stand in their log, and whether they are what was signed.

Standing is what the tables say, and is no proof. Checking works everything out again from the bytes: the hash of each
line, its path, the root, and the signature under it. Nothing that could not be checked is called verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from django.db.models import Max

from audit.domain import canonical, policy, proofs
from audit.domain.checkpoint import Checkpoint as Tree
from audit.domain.policy import Policy
from audit.models import Checkpoint, Cosignature, Event
from audit.selectors import logs, paths, tree
from audit.selectors.tree import Place


class Verdict(StrEnum):
    """What a check came to."""

    VERIFIED = "verified"
    PENDING = "pending"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a line stands: its index, the size of the newest tree that was signed over it, and who witnessed it."""

    index: int | None = None
    size: int | None = None
    witnesses: tuple[str, ...] = ()
    verdict: Verdict | None = None
    why: str = ""


def standings(log: str, events: Sequence[Event]) -> dict[UUID, Standing]:
    """Where each of these events of one log stands, as the tables say."""
    newest = tree.latest_checkpoint(log)
    places = tree.leaves_of_events([event.uid for event in events])
    witnessed = _witnessed(log) if newest else {}
    return {event.uid: _standing(places.get(event.uid), newest, witnessed) for event in events}


def _standing(place: Place | None, newest: Checkpoint | None, witnessed: Mapping[str, int]) -> Standing:
    if place is None:
        return Standing()
    size = newest.size if newest is not None and place.index < newest.size else None
    names = tuple(sorted(name for name, largest in witnessed.items() if size and place.index < largest))
    return Standing(place.index, size, names)


def _witnessed(log: str) -> dict[str, int]:
    """The largest tree that each witness cosigned."""
    rows = Cosignature.objects.filter(log_id=tree.log_id(log)).order_by().values_list("key_name")
    return dict(rows.annotate(largest=Max("size")))


# ── Checking ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are checked against: the tree somebody known signed, the paths to its root, and who witnessed it; or
    why there is no such ground."""

    tree: Tree | None = None
    paths: Mapping[int, list[bytes]] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()
    verdict: Verdict = Verdict.UNCHECKED
    why: str = "There is nothing signed to check it against."


def checked(log: str, events: Sequence[Event], trusted: Policy) -> dict[UUID, Standing]:
    """Where each event stands, with what a check of its bytes against the newest checkpoint came to."""
    found = standings(log, events)
    indexes = [one.index for one in found.values() if one.index is not None and one.size is not None]
    ground = _ground(log, indexes, trusted)
    home = log, logs.ids([log])[log]
    return {event.uid: _judged(event, home, found[event.uid], ground) for event in events}


def _ground(log: str, indexes: Sequence[int], trusted: Policy) -> _Ground:
    newest = tree.latest_checkpoint(log)
    if newest is None:
        return _Ground()
    if not trusted.logs:
        return _Ground(why="This portal does not know the public key of the log.")
    try:
        signed, opened = policy.open_checkpoint(tree.signed_note(newest), trusted)
        found = paths.inclusions(log=log, indexes=indexes, size=signed.size)
    except LookupError:
        return _Ground(verdict=Verdict.ALTERED, why="The stored tree has a gap on the way to its root.")
    except ValueError as error:
        why = f"The newest checkpoint is not as it was signed: {error}."
        return _Ground(verdict=Verdict.ALTERED, why=why)
    known = {witness.key for witness in trusted.witnesses.values()}
    names = {one.key.name for one in opened.verified if one.key in known}
    return _Ground(signed, found, tuple(sorted(names)))


def _judged(event: Event, home: tuple[str, int], standing: Standing, ground: _Ground) -> Standing:
    leaf = canonical.leaf_hash(bytes(event.body))
    standing = replace(standing, witnesses=ground.witnesses if standing.size else ())
    if leaf != bytes(event.leaf_hash):
        return _found(standing, Verdict.ALTERED, "Its bytes are not those that were recorded.")
    if wrong := _differs(event, home):
        return _found(standing, Verdict.ALTERED, f"What is shown of it is not what was recorded: {wrong}.")
    if standing.index is None:
        return _found(standing, Verdict.PENDING)
    if standing.size is None:
        return _found(standing, Verdict.UNSIGNED)
    if ground.tree is None:
        return _found(standing, ground.verdict, ground.why)
    proven = proofs.verify_inclusion(
        index=standing.index,
        size=ground.tree.size,
        leaf=leaf,
        proof=ground.paths.get(standing.index, []),
        root=ground.tree.root,
    )
    if not proven:
        return _found(standing, Verdict.ALTERED, "Its hash does not lead to the root that was signed.")
    return _found(standing, Verdict.VERIFIED)


def _found(standing: Standing, verdict: Verdict, why: str = "") -> Standing:
    return replace(standing, verdict=verdict, why=why)


def _differs(event: Event, home: tuple[str, int]) -> str:
    """The column that says something else than the body; nothing where all agree. The body is the authority."""
    try:
        content = event.content
        said = {
            "id": (content["uid"], str(event.uid)),
            "time": (content["occurred_at"], canonical.instant(event.occurred_at)),
            "action": (content["action"], event.action),
            "actor": (content["actor"].get("id", ""), event.actor_id),
            "object": (content["object"]["id"], event.object_id),
            "matter": (
                content.get("correlation_id"),
                str(event.correlation_id) if event.correlation_id else None,
            ),
            "log": ((content["log"], event.log_id), home),
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the body cannot be read"
    return next((name for name, (body, column) in said.items() if body != column), "")
