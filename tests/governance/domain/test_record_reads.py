"""M7: what events say of a reading."""

import pytest

from governance.domain import record_reads

ACTOR = {"type": "human", "id": "p-1", "role": "reviewer"}
OBJECT = {"type": "interaction", "id": "i-1"}


def content(action: str, facts: dict, **more) -> dict:
    return {"action": action, "actor": ACTOR, "object": OBJECT, "facts": facts, "process": "AP", **more}


def test_m7_a_reveal_says_who_read_what_of_whom():
    found = record_reads.read(content("pii.revealed", {"fields": ["email", "iban"]}, subject="s-1"))

    assert found == record_reads.Read("p-1", "reviewer", "AP", "i-1", "s-1", "email, iban")


def test_m7_a_reveal_of_nothing_says_so():
    found = record_reads.read(content("pii.revealed", {"fields": []}))

    assert (found.what, found.subject) == ("nothing was sealed", "")


def test_m7_an_export_says_how_much_left_the_house_and_why():
    facts = {
        "first_index": 3,
        "end_index": 9,
        "bodies": 4,
        "disclosed": ["x text"],
        "purpose": "The yearly audit",
    }
    found = record_reads.read(content("evidence.exported", facts, object={"type": "log", "id": "north"}))

    assert found.interaction == ""
    assert found.what == "entries 3 to 8, 4 with their texts, 1 personal value shown: The yearly audit"


@pytest.mark.parametrize("action", ["review.decided", "pii.erased", "intake.received"])
def test_what_is_no_reading_is_none(action):
    assert record_reads.read(content(action, {})) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0" * 32, True),
        ("01980000-0000-7000-8000-0000000000aa", True),
        ("Jane Doe", False),
        ("0" * 31, False),
    ],
)
def test_subject_key_is_a_hash_or_an_id(text, expected):
    assert bool(record_reads.SUBJECT_KEY.fullmatch(text)) is expected
