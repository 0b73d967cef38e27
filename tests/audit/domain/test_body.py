import json
from base64 import b64encode
from datetime import timedelta
from uuid import UUID

import pytest

from audit.domain import body
from audit.domain.envelope import Actor, Target
from tests.audit.conftest import AT, entry


def _build(described, **changes):
    arguments = {
        "entry": described,
        "action_version": 1,
        "uid": UUID(int=7),
        "nonce": b"n" * 16,
        "recorded_at": AT + timedelta(seconds=1),
        "commitments": {},
    }
    return body.build(**{**arguments, **changes})


def test_build_writes_every_part_of_the_envelope():
    described = entry(
        target=Target("case", "c-1", "Case 1", "interaction", "i-1"),
        facts={"verdict": "approve", "seconds": 12},
        correlation_id=UUID(int=9),
        client="client-1",
        process="process-1",
        reason="checked",
        origin="demo",
        subject="subject-1",
    )

    built = _build(described, commitments={"comment": "abc="})

    assert json.loads(built) == {
        "v": 1,
        "uid": "00000000-0000-0000-0000-000000000007",
        "nonce": b64encode(b"n" * 16).decode(),
        "log": "client-1",
        "occurred_at": "2026-03-04T05:06:07.000089Z",
        "recorded_at": "2026-03-04T05:06:08.000089Z",
        "actor": {
            "type": "human",
            "id": "01980000-0000-7000-8000-000000000001",
            "org": "org-1",
            "role": "reviewer",
        },
        "action": "paper.signed",
        "action_version": 1,
        "object": {
            "type": "case",
            "id": "c-1",
            "label": "Case 1",
            "parent_type": "interaction",
            "parent_id": "i-1",
        },
        "client": "client-1",
        "process": "process-1",
        "correlation_id": "00000000-0000-0000-0000-000000000009",
        "facts": {"verdict": "approve", "seconds": 12},
        "reason": "checked",
        "origin": "demo",
        "subject": "subject-1",
        "pii": {"comment": "abc="},
    }


def test_build_leaves_out_what_is_empty_but_no_fact():
    described = entry(
        actor=Actor.anonymous(),
        target=Target("case", "c-1"),
        facts={"verdict": "", "seconds": 0, "material": False},
        correlation_id=None,
    )

    built = json.loads(_build(described))

    assert built["actor"] == {"type": "anonymous"}
    assert built["object"] == {"type": "case", "id": "c-1"}
    assert built["facts"] == {"verdict": "", "seconds": 0, "material": False}
    assert built.keys() == {
        "v", "uid", "nonce", "log", "occurred_at", "recorded_at", "actor", "action", "action_version", "object", "facts",
    }  # fmt: skip


def test_build_is_hidden_by_its_nonce():
    assert _build(entry(correlation_id=None)) != _build(entry(correlation_id=None), nonce=b"m" * 16)


def test_build_refuses_a_short_nonce():
    with pytest.raises(ValueError, match="nonce"):
        _build(entry(), nonce=b"")


@pytest.mark.parametrize(
    ("_case", "changes"),
    [
        ("a subject that is an address", {"subject": "ada@example.org"}),
        ("a subject that is a name", {"subject": "Ada Lovelace"}),
        ("sealed values of nobody", {"personal": {"comment": "x"}}),
        ("a log that could name a person", {"log": "ada@example.org"}),
    ],
)
def test_check_entry_refuses_what_could_name_a_person(_case, changes):
    with pytest.raises(ValueError, match=r"opaque|subject"):
        body.check_entry(entry(**changes))
