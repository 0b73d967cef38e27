"""Seeds of checkpoints: golden, and every bit of what was signed is in them."""

import hashlib

from audit.domain import note
from reviews.domain import draw_seeds
from tests.audit.domain import notes

TEXT = notes.tree(100).text
LINE = note.signature(TEXT, notes.witness_key(), at=notes.AT).line.rstrip("\n")


def test_of_checkpoint_is_the_hash_of_the_text_that_was_signed():
    assert draw_seeds.of_checkpoint("log\n1\nAAAA\n").hex() == hashlib.sha256(b"log\n1\nAAAA\n").hexdigest()


def test_of_witnessed_is_the_hash_of_the_note_with_that_line_alone():
    signed = note.sign(TEXT, [notes.log_key(), notes.witness_key()], at=notes.AT)
    alone = note.Note(TEXT, (note.parse_line(LINE),)).data

    assert draw_seeds.of_witnessed(TEXT, LINE) == hashlib.sha256(alone).digest()
    assert alone != signed


def test_each_witness_and_each_checkpoint_gives_another_seed():
    later = note.signature(TEXT, notes.witness_key(), at=notes.AT + 1).line.rstrip("\n")
    seeds = {
        draw_seeds.of_checkpoint(TEXT),
        draw_seeds.of_checkpoint(notes.tree(99).text),
        draw_seeds.of_witnessed(TEXT, LINE),
        draw_seeds.of_witnessed(TEXT, later),
    }

    assert len(seeds) == 4
