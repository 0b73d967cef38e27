"""A generated file of the shape of the public bank questions, and the process it goes into."""

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import transaction

from governance.demo import banking, world
from tests.governance.demo.conftest import NOW, PASSWORD

MAPS = [
    "input.text=text",
    "ai_output.intent=ai_intent",
    "confidence=ai_confidence",
    "attributes.second_intent=ai_second_intent",
]
CONSTANTS = [f"model_version={banking.MODEL}", f"endpoint={banking.ENDPOINT}", "language=en"]
_INTENTS = ["card_arrival", "card_linking", "lost_or_stolen_card", "top_up_failed", "exchange_rate"]


def rows(count: int = 200) -> Iterator[dict[str, str]]:
    """Questions with the right intent, the AI's, and how sure it was: right nine times of ten, sure every other time."""
    dice = Random(77)
    for number in range(count):
        gold, other = dice.sample(_INTENTS, 2)
        right = dice.random() < 0.85
        yield {
            "text": f'Question {number}: what about my {gold.replace("_", " ")}, "please"?',
            "gold_intent": gold,
            "ai_intent": gold if right else other,
            "ai_confidence": f"{dice.choice([0.9, 0.95, 0.8999, dice.random()]):.4f}",
            "ai_second_intent": other if right else gold,
        }


def write(path: Path, made: list[dict[str, str]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(made[0]))
    writer.writeheader()
    writer.writerows(made)
    path.write_bytes(gzip.compress(text.getvalue().encode()))
    return path


@contextmanager
def process() -> Iterator[None]:
    """The demo world with its empty bank, taken back at the end: for a fixture that serves a module."""
    with transaction.atomic():
        made = world.build(now=NOW, password=PASSWORD, seed=1)
        banking.build(world=made, at=NOW)
        yield
        transaction.set_rollback(True)


def import_rows(path: Path, **options: Any) -> str:
    out = io.StringIO()
    given: dict[str, Any] = {
        "process": banking.CODE,
        "step": banking.STEP,
        "map": MAPS,
        "constant": CONSTANTS,
    }
    call_command("import_interactions", str(path), stdout=out, stderr=io.StringIO(), **{**given, **options})
    return out.getvalue()
