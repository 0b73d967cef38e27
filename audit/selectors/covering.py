"""Which checkpoints cover a leaf: the first that was signed, and the first that one of some witnesses confirmed."""

from collections.abc import Collection
from dataclasses import dataclass

from audit.domain import note
from audit.models import Checkpoint, Cosignature
from audit.selectors import tree


@dataclass(frozen=True, slots=True)
class Covering:
    """A checkpoint that covers a leaf: its size, the text that was signed, and, if it was sought, whose line confirms it."""

    size: int
    text: str
    witness: str = ""
    line: str = ""


def first(*, log: str, index: int) -> Covering | None:
    """The smallest tree that was signed with this leaf in it."""
    found = Checkpoint.objects.filter(log_id=tree.log_id(log), size__gt=index).order_by("size").first()
    return None if found is None else _of(found)


def first_confirmed(*, log: str, index: int, witnesses: Collection[str]) -> Covering | None:
    """The smallest tree with this leaf in it that one of these witnesses confirmed, by the names of their keys; of several
    lines the one that came first."""
    number = tree.log_id(log)
    line = (
        Cosignature.objects.filter(log_id=number, size__gt=index, key_name__in=witnesses)
        .order_by("size", "id")
        .first()
    )
    if line is None:
        return None
    found = Checkpoint.objects.get(log_id=number, size=line.size)
    return _of(found, line.key_name, line.line)


def _of(checkpoint: Checkpoint, witness: str = "", line: str = "") -> Covering:
    return Covering(checkpoint.size, note.parse(bytes(checkpoint.note)).text, witness, line)
