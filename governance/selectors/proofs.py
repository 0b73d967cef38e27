"""What a reader of a log may ask of its tree: checkpoints, tiles, entries and proofs.

Everything is said about sizes that were published, and nothing about what lies beyond: an unpublished tree is a promise
that nobody signed. A log of somebody else does not exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from audit.domain import canonical, tiles, tlog_proof
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Checkpoint, Event
from audit.selectors import logs, retention, tree
from audit.selectors.tree import Place
from contracts import access
from contracts.domain.roles import POST_INTERACTION
from contracts.models import ApiKey, User
from governance.selectors import bodies, reach

PAGE = 256
KEY_ACTION = "read_outcome"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its reader may see it. The hash is worked out from the body as it stands now, never copied: where
    somebody changed the body, the hash does not lead to the signed root any more."""

    uid: UUID | None
    index: int | None
    leaf: bytes
    body: bytes | None
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """The hashes of a tile, and whether they will ever be others."""

    hashes: bytes
    full: bool


# ── Whose log ────────────────────────────────────────────────────────────────────────────────────────────────


def check_log(user: User, log: str) -> str:
    """The key of a log that the user may follow. Raises NotVisible."""
    if log not in reach.logs(user) or not logs.ids([log]):
        raise NotVisible("unknown_log", "There is no such log that you can see.", "log")
    return log


def check_log_of_key(key: ApiKey, log: str) -> str:
    """The key of a log that an agent writes to, for the doors an agent's key opens. Raises NotVisible or NotAllowed."""
    posts = access.processes(key.user, POST_INTERACTION).values("pk")
    mine = key.processes.filter(pk__in=posts).values_list("client__log_key", flat=True)
    if log not in set(mine):
        raise NotVisible("unknown_log", "There is no such log that you can see.", "log")
    if KEY_ACTION not in key.actions:
        raise NotAllowed("key_scope", f"This key does not allow the action {KEY_ACTION!r}.")
    return log


@contextmanager
def whole(log: str) -> Iterator[None]:
    """Reading a tree whose rows are gone or do not fit is refused as what it is, and never a mistake of the page."""
    try:
        yield
    except LookupError as gap:
        raise Conflict(
            "log_damaged",
            f"The log {log} does not hold together: {gap}. Keep the checkpoints you have, and tell its operator.",
        ) from None


# ── Checkpoints and what is proven under them ────────────────────────────────────────────────────────────────


def latest(log: str) -> Checkpoint | None:
    return tree.latest_checkpoint(log)


def checkpoint(log: str) -> bytes:
    """The newest signed note, with the witnesses' lines under it. Raises NotVisible before the first."""
    return tree.signed_note(_published(log))


def inclusion(log: str, index: int, size: int) -> list[bytes]:
    """The path from an entry to the root of a published tree. Raises Invalid for a size or index that there is not."""
    _check_published(log, size, "/size")
    if index >= size:
        raise Invalid("no_such_entry", f"A tree of {size} has entries 0 to {size - 1}.", "/index")
    with whole(log):
        return tree.inclusion(log=log, index=index, size=size)


def consistency(log: str, old: int, new: int) -> list[bytes]:
    """The proof that a published tree continues another. Raises Invalid for sizes that were not published."""
    _check_published(log, old, "/from")
    _check_published(log, new, "/to")
    if old > new:
        raise Invalid("wrong_order", "`from` is the smaller tree and `to` the larger one.", "/from")
    with whole(log):
        return tree.consistency(log=log, old=old, new=new)


def tile(log: str, path: str) -> Tile:
    """A tile by its path. Raises Invalid for a path that is none, NotVisible for a tile that no published tree has."""
    try:
        wanted = tiles.parse_path(f"tile/{path}")
    except ValueError:
        raise Invalid("invalid_tile", "A tile is written <level>/<number>[.p/<width>].", "/tile") from None
    end = (wanted.n * tiles.WIDTH + wanted.width) << (tiles.HEIGHT * wanted.level)
    newest = latest(log)
    if newest is None or end > newest.size:
        raise NotVisible("no_such_tile", "No published tree has this tile.")
    with whole(log):
        return Tile(tree.tile(log=log, tile=wanted), wanted.full)


def entries(user: User, log: str, begin: int, end: int | None) -> tuple[int, list[Entry]]:
    """The published size, and the entries [begin, end) of it, at most a page. Raises Invalid for any other range."""
    size = _published(log).size
    end = min(begin + PAGE, size) if end is None else end
    if begin >= size:
        raise Invalid("no_such_entry", f"The published tree has entries 0 to {size - 1}.", "/from")
    if end > size:
        raise Invalid("no_such_entry", f"The published tree ends before entry {size}.", "/to")
    if not 0 < end - begin <= PAGE:
        raise Invalid("invalid_range", f"A page has 1 to {PAGE} entries, and `to` is behind the last.", "/to")
    with whole(log):
        found = list(tree.entries(log=log, begin=begin, end=end))
    hidden = bodies.withheld(user, log, [one.event for one in found if isinstance(one, tree.Entry)])
    why = _pruned(log) if any(isinstance(one, tree.Pruned) for one in found) else ""
    return size, [
        Entry(None, one.index, one.hash, None, why)
        if isinstance(one, tree.Pruned)
        else _entry(one.event, one.index, hidden)
        for one in found
    ]


def _pruned(log: str) -> str:
    """Why there is no text of an entry any more."""
    last = retention.log_pruned(log)
    when = f" on {last.pruned_at:%Y-%m-%d} or before" if last else ""
    return f"Its text was removed{when}, when its period was over. Its hash remains, and so does its proof."


def entry_bundle(user: User, log: str, path: str) -> tuple[bytes, bool]:
    """The bodies of a tile of level 0 in the form of C2SP tlog-tiles, and whether they will ever be others.

    The form has no place for a body that is left out. Raises Invalid for a path that is none, NotVisible where no
    published tree has these entries, NotAllowed where one of them is not for the user, Conflict where one is too long.
    """
    try:
        wanted = tiles.parse_entries_path(f"tile/entries/{path}")
    except ValueError:
        raise Invalid("invalid_tile", "Entries are written entries/<number>[.p/<width>].", "/tile") from None
    begin = wanted.n * tiles.WIDTH
    newest = latest(log)
    if newest is None or begin + wanted.width > newest.size:
        raise NotVisible("no_such_tile", "No published tree has these entries.")
    _size, found = entries(user, log, begin, begin + wanted.width)
    if gone := next((one for one in found if one.uid is None), None):
        raise NotVisible("pruned", f"Entry {gone.index}: {gone.withheld}")
    if closed := next((one for one in found if one.body is None), None):
        raise NotAllowed(
            "withheld",
            f"Entry {closed.index} is not for you. {closed.withheld} `entries` gives you its hash.",
        )
    try:
        return tiles.entry_bundle([one.body for one in found if one.body is not None]), wanted.full
    except ValueError as error:
        raise Conflict("too_long", f"{error}: ask `entries` for it.") from None


# ── One event ────────────────────────────────────────────────────────────────────────────────────────────────


def event(log: str, uid: UUID) -> Event:
    """An event of a log. Raises NotVisible."""
    found = Event.objects.filter(uid=uid, log_id=logs.ids([log])[log]).first()
    if found is None:
        last = retention.log_pruned(log)
        older = (
            f" Texts before entry {last.end_index} were removed when their period was over." if last else ""
        )
        raise NotVisible("unknown_event", f"There is no such event in this log.{older}")
    return found


def own_event(key: ApiKey, log: str, uid: UUID) -> Event:
    """An event that an agent brought about itself, in a process of his key. Raises NotVisible."""
    found = event(log, uid)
    mine = {process.code for process in key.processes.all()}
    if found.actor_id != str(key.user_id) or found.content.get("process") not in mine:
        raise NotVisible("unknown_event", "There is no such event in this log.")
    return found


def entry(user: User, log: str, uid: UUID) -> tuple[Entry, bytes | None]:
    """An event as the user may see it, with its proof where a published tree has it."""
    found = event(log, uid)
    place = tree.leaf_of_event(uid)
    hidden = bodies.withheld(user, log, [found])
    return _entry(found, place.index if place else None, hidden), _proof(log, place)


def proof(log: str, uid: UUID) -> bytes | None:
    """The proof of an event under the newest checkpoint; None while none covers it."""
    return _proof(log, tree.leaf_of_event(uid))


def _proof(log: str, place: Place | None) -> bytes | None:
    newest = latest(log)
    if place is None or place.log != log or newest is None or place.index >= newest.size:
        return None
    with whole(log):
        hashes = tree.inclusion(log=log, index=place.index, size=newest.size)
    return tlog_proof.write(index=place.index, hashes=hashes, signed=tree.signed_note(newest))


def _entry(found: Event, index: int | None, hidden: dict[UUID, str]) -> Entry:
    body = bytes(found.body)
    reason = hidden.get(found.uid, "")
    return Entry(found.uid, index, canonical.leaf_hash(body), None if reason else body, reason)


def _published(log: str) -> Checkpoint:
    newest = latest(log)
    if newest is None:
        raise NotVisible("no_checkpoint", "Nothing of this log has been signed yet.")
    return newest


def _check_published(log: str, size: int, field: str) -> None:
    if not tree.checkpoints(log).filter(size=size).exists():
        raise Invalid("unknown_size", f"No checkpoint of size {size} was published.", field)
