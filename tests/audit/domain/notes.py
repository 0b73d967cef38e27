"""Signed notes to test with: keys made from fixed seeds, and a checkpoint that another implementation signed."""

from audit.domain import note
from audit.domain.checkpoint import Checkpoint
from audit.domain.note_keys import Kind, SigningKey
from tests.audit.domain import trees

ORIGIN = "countersign.example/log"
AT = 1_772_616_600
TREE = trees.numbered(130)


def log_key(seed: int = 1, *, origin: str = ORIGIN, kind: Kind = Kind.ED25519) -> SigningKey:
    return SigningKey(origin, kind, bytes([seed]) * 32)


def witness_key(
    seed: int = 101, *, name: str = "witness.example/w1", kind: Kind = Kind.COSIGNATURE
) -> SigningKey:
    return SigningKey(name, kind, bytes([seed]) * 32)


def tree(size: int = 100, *, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, TREE.root(size))


def signed(size: int = 100, *keys: SigningKey, origin: str = ORIGIN) -> bytes:
    return note.sign(tree(size, origin=origin).text, keys or (log_key(origin=origin),), at=AT)


# Signed by the Go tools of transparency-dev (checkpoints of a tree of 5 and 8 leaves and the proof between them).
MONKEYS = "monkeys+87be2a55+AeK/t7elVrIheVCPxQNYkvKFw/2ahkj6Gm9afBJw6S8q"
OF_FIVE = (
    "Log Checkpoint v0\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n\n"
    "— monkeys h74qVe5jWoK8CX/zXrT9X80SyEaiwPb/0p7VW7u+cnXxq5pJYQ6vhxUZ5Ywz9WSD3HIyygccizAg+oMxOe6pRgqqOQE=\n"
).encode()
OF_EIGHT = (
    "Log Checkpoint v0\n8\nV8K9aklZ4EPB+RMOk1/8VsJUdFZR77GDtZUQq84vSbo=\n\n"
    "— monkeys h74qVetPycmWeWIySx/cMKcLopNS9h2je2DWe2w7PLRmczqdqinRGPscYklpBQO5Un6B5eUMJDwZprVpJie0lSBNPg8=\n"
).encode()
FIVE_TO_EIGHT = tuple(
    bytes.fromhex(hashed)
    for hashed in (
        "b9e1d62618f7fee8034e4c5010f727ab24d8e4705cb296c374bf2025a87a10d2",
        "aac66cd7a79ce4012d80762fe8eec3a77f22d1ca4145c3f4cee022e7efcd599d",
        "89d0f753f66a290c483b39cd5e9eafb12021293395fad3d4a2ad053cfbcfdc9e",
        "29e40bb79c966f4c6fe96aff6f30acfce5f3e8d84c02215175d6e018a5dee833",
    )
)
