"""A QA draw to make again: a log in which a frame is fixed, a checkpoint confirmed by a witness, and drawn by it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from audit.domain import bundle_layout, merkle, note
from audit.domain.bundle_layout import Stretch
from audit.domain.checkpoint import Checkpoint
from reviews.domain import draw_seeds, planning, sampling
from reviews.domain.sampling import Item, Plan
from tests.audit.domain import notes, trees
from tests.audit.verifier import evidence

FIXED, SEEDED, DRAWN, SIZE = 3, 9, 12, 20
FRAME = [
    Item(f"id-{number:03}", f"{'high' if number % 3 else 'low'}/reviewed", f"r{number % 4}")
    for number in range(60)
]
PLAN = Plan(n=6, weights={"high/reviewed": sampling.Fraction(2)}, reviewer_floors={"r1": 1}, stratum_floor=1)


@dataclass
class Log:
    """What is in the log and beside it; the changes are made before it is signed, by whoever signs it."""

    frame: list[Item] = field(default_factory=lambda: list(FRAME))
    plan: Plan = PLAN
    kind: str = "witnessed"
    fixed_facts: dict[str, Any] = field(default_factory=dict)
    drawn_facts: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    seeded: int = SEEDED

    def files(self) -> dict[str, bytes]:
        """The files of its bundle, without the manifest."""
        bodies = [json.dumps({"uid": f"u{number}"}).encode() for number in range(SIZE)]
        lines = b"".join(sampling.frame_lines(self.frame))
        promised = {
            "window_start": "2026-03-03T00:00:00Z",
            "frame_hash": hashlib.sha256(lines).hexdigest(),
            "frame_size": len(self.frame),
            "plan": planning.dump(self.plan),
        } | self.fixed_facts
        target = {"type": "draw", "id": "d1"}
        bodies[FIXED] = _body("u-fixed", "sample.frame_fixed", target, promised)
        tree = _tree(bodies)
        seeding = Checkpoint(notes.ORIGIN, self.seeded, tree.root(self.seeded))
        cosigned = note.signature(seeding.text, evidence.WITNESS, at=notes.AT)
        signed = note.sign(seeding.text, [evidence.LOG])
        line, seed = "", draw_seeds.of_checkpoint(seeding.text)
        if self.kind == "witnessed":
            signed = note.with_signatures(signed, [cosigned])
            line = cosigned.line.rstrip("\n")
            seed = draw_seeds.of_witnessed(seeding.text, line)
        drawn = sampling.draw(self.frame, seed, self.plan)
        told = promised | {
            "frame_event": "u-fixed",
            "checkpoint_size": self.seeded,
            "checkpoint_hash": draw_seeds.of_checkpoint(seeding.text).hex(),
            "seed": seed.hex(),
            "seed_kind": self.kind,
            "witness": evidence.WITNESS.name if line else "",
            "cosignature": line,
            "items": [{"id": one.id, "stratum": one.stratum, "pi": str(one.pi)} for one in drawn.items],
        }
        bodies[DRAWN] = _body("u-drawn", "sample.drawn", target, told | self.drawn_facts)
        tree = _tree(bodies)
        checkpoint = Checkpoint(notes.ORIGIN, SIZE, tree.root(SIZE))
        over = Stretch(notes.ORIGIN, 0, SIZE, SIZE, checkpoint.root)
        claim = {
            "format": "countersign-draw",
            "version": 1,
            "fixed_index": FIXED,
            "drawn_index": DRAWN,
            "checkpoint": signed.decode(),
            "inclusion": [
                evidence.base64(one) for one in merkle.inclusion_proof(FIXED, self.seeded, tree.node)
            ],
        } | self.claims
        entries = [
            bundle_layout.entry_line(index=index, leaf=merkle.leaf_hash(body), body=body)
            for index, body in enumerate(bodies)
        ]
        return {
            "checkpoint": note.sign(checkpoint.text, [evidence.LOG, evidence.WITNESS], at=notes.AT),
            "policy": evidence.POLICY,
            "range-proof.json": bundle_layout.range_proof(over, left=[], right=[]),
            "entries.jsonl": b"".join(entries),
            "frame.txt": lines,
            "draw.json": json.dumps(claim).encode(),
        }

    def bundle(self, **files: bytes | None) -> bytes:
        """Its bundle, with files changed or left out afterwards."""
        given = self.files() | {name.replace("__", "."): data for name, data in files.items()}
        kept = {name: data for name, data in given.items() if data is not None}
        checkpoint = note.parse(kept["checkpoint"]).text.split("\n")
        root = note.base64_bytes(checkpoint[2])
        return evidence.written(kept, Stretch(notes.ORIGIN, 0, SIZE, SIZE, root))


def _body(uid: str, action: str, target: dict[str, str], facts: dict[str, Any]) -> bytes:
    return json.dumps({"uid": uid, "action": action, "object": target, "facts": facts}).encode()


def _tree(bodies: list[bytes]) -> trees.Leaves:
    return trees.Leaves([merkle.leaf_hash(body) for body in bodies])
