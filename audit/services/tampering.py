"""What somebody who has the database can do to a log, done to a copy of it: for drills, and for nothing else.

Each way is a function from an unguarded copy and the entry to touch. `Copy` refuses every folder that is not a drill's.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from audit.domain import merkle
from audit.services import sequencing
from audit.services.drill_copies import Copy

_OCCURRED = re.compile(rb'"occurred_at":"([0-9T:.-]{26})Z"')


def apply(key: str, copy: Copy, index: int) -> None:
    """Do what the drill of that key does, beginning with the entry `index`. What concerns checkpoints outside the
    database is not done here."""
    with copy.unguarded() as direct:
        (log_id,) = direct.execute("SELECT id FROM audit_log WHERE key = ?", [copy.log]).fetchone()
        _WAYS[key](direct, log_id, index)


def put_backup(copy: Copy, backup: Path) -> None:
    """Put an older database in place of the one of the copy."""
    for name in ("", "-wal", "-shm"):
        copy.database.with_name(copy.database.name + name).unlink(missing_ok=True)
    shutil.copyfile(backup, copy.database)


def forget_signed(copy: Copy) -> None:
    """Remove everything that was signed, in the database and in the folder outside it."""
    with copy.unguarded() as direct:
        direct.execute("DELETE FROM audit_checkpoint")
        direct.execute("DELETE FROM audit_cosignature")
    shutil.rmtree(copy.checkpoints)


# ── The ways ─────────────────────────────────────────────────────────────────────────────────────────────────


def _event(direct: sqlite3.Connection, log_id: int, index: int) -> int:
    row = direct.execute("SELECT event_id FROM audit_leaf WHERE log_id = ? AND idx = ?", [log_id, index])
    return row.fetchone()[0]


def _dated_back(body: bytes) -> tuple[bytes, str]:
    """The body with its moment a day earlier, and that moment as its column holds it."""
    found = list(_OCCURRED.finditer(body))[-1]
    moment = datetime.fromisoformat(found[1].decode()) - timedelta(days=1)
    text = moment.isoformat(timespec="microseconds")
    changed = body[: found.start(1)] + text.encode() + body[found.end(1) :]
    return changed, str(moment)


def _body(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    event = _event(direct, log_id, index)
    (body,) = direct.execute("SELECT body FROM audit_event WHERE id = ?", [event]).fetchone()
    direct.execute("UPDATE audit_event SET body = ? WHERE id = ?", [_dated_back(body)[0], event])


def _column(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    event = _event(direct, log_id, index)
    direct.execute("UPDATE audit_event SET actor_id = 'somebody-else' WHERE id = ?", [event])


def _swap(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    other = index + 1
    places = "SELECT event_id, hash FROM audit_leaf WHERE log_id = ? AND idx = ?"
    one, two = (direct.execute(places, [log_id, place]).fetchone() for place in (index, other))
    direct.execute("DELETE FROM audit_leaf WHERE log_id = ? AND idx IN (?, ?)", [log_id, index, other])
    direct.executemany(
        "INSERT INTO audit_leaf (log_id, idx, event_id, hash) VALUES (?, ?, ?, ?)",
        [(log_id, index, *two), (log_id, other, *one)],
    )


def _middle(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    (size,) = direct.execute("SELECT size FROM audit_logstate WHERE log_id = ?", [log_id]).fetchone()
    _remove(direct, log_id, index, index + max(1, size // 20))


def _remove(direct: sqlite3.Connection, log_id: int, begin: int, end: int) -> None:
    places = "SELECT event_id FROM audit_leaf WHERE log_id = ? AND idx >= ? AND idx < ?"
    direct.execute(f"DELETE FROM audit_event WHERE id IN ({places})", [log_id, begin, end])  # noqa: S608
    direct.execute("DELETE FROM audit_leaf WHERE log_id = ? AND idx >= ? AND idx < ?", [log_id, begin, end])


def _tail(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    (size,) = direct.execute("SELECT size FROM audit_logstate WHERE log_id = ?", [log_id]).fetchone()
    _remove(direct, log_id, index, size)
    direct.execute("DELETE FROM audit_checkpoint WHERE log_id = ? AND size > ?", [log_id, index])
    direct.execute("DELETE FROM audit_cosignature WHERE log_id = ? AND size > ?", [log_id, index])
    _rebuild(direct, log_id)


def _tile(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    first = "log_id = ? AND level = 0 AND n = 0"
    (hashes,) = direct.execute(f"SELECT hashes FROM audit_tile WHERE {first}", [log_id]).fetchone()  # noqa: S608
    at = index * merkle.HASH_BYTES
    changed = (
        hashes[:at] + sha256(hashes[at : at + merkle.HASH_BYTES]).digest() + hashes[at + merkle.HASH_BYTES :]
    )
    direct.execute(f"UPDATE audit_tile SET hashes = ? WHERE {first}", [changed, log_id])  # noqa: S608


def _rewrite(direct: sqlite3.Connection, log_id: int, index: int) -> None:
    event = _event(direct, log_id, index)
    (body,) = direct.execute("SELECT body FROM audit_event WHERE id = ?", [event]).fetchone()
    changed, moment = _dated_back(body)
    hashed = merkle.leaf_hash(changed)
    direct.execute(
        "UPDATE audit_event SET body = ?, leaf_hash = ?, occurred_at = ? WHERE id = ?",
        [changed, hashed, moment, event],
    )
    direct.execute("UPDATE audit_leaf SET hash = ? WHERE log_id = ? AND idx = ?", [hashed, log_id, index])
    _rebuild(direct, log_id)


def _rebuild(direct: sqlite3.Connection, log_id: int) -> None:
    """Make tiles, size and root fit the leaves that are there."""
    rows = direct.execute("SELECT hash FROM audit_leaf WHERE log_id = ? ORDER BY idx", [log_id])
    leaves = [hashed for (hashed,) in rows]
    direct.execute("DELETE FROM audit_tile WHERE log_id = ?", [log_id])
    direct.executemany(
        "INSERT INTO audit_tile (log_id, level, n, hashes, root) VALUES (?, ?, ?, ?, ?)",
        [(log_id, *tile) for tile in sequencing.grow([], leaves, 0)],
    )
    direct.execute(
        "UPDATE audit_logstate SET size = ?, root = ? WHERE log_id = ?",
        [len(leaves), merkle.root_of(leaves), log_id],
    )


_Way = Callable[[sqlite3.Connection, int, int], None]
_WAYS: dict[str, _Way] = {
    "body": _body,
    "column": _column,
    "swap": _swap,
    "middle": _middle,
    "tail": _tail,
    "tile": _tile,
    "rewrite": _rewrite,
    "resign": _rewrite,
    "witness": _rewrite,
}
