"""The two patterns read what JSON says, whatever stands in a body."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from audit.domain import body, canonical, columns
from audit.domain.envelope import Actor, Target
from audit.domain.ids import new_id
from audit.enums import ActorType
from tests.audit.conftest import AT, entry

TAIL = ',"log":"x","nonce":"y","object":{"id":"i","type":"t"},"occurred_at":"o","recorded_at":"r","uid":"u","v":1}'
ENTRIES = {
    "usual": entry(),
    "nothing but the least": entry(correlation_id=None, facts={}, actor=Actor.anonymous()),
    "everything": entry(
        client="c", process="p", reason="r", origin="demo", target=Target("t", "i", "Label", "case", "c-1")
    ),
    "a quote in a label": entry(target=Target("t", "i", 'a "quoted" \\ label', "case", "c-1")),
    "a parent without a type": entry(target=Target("t", "i", "", "", "c-1")),
    "letters beyond ASCII": entry(target=Target("ト", "é", "Ä")),
    "a fact that imitates the end": entry(facts={"verdict": TAIL, "material": {"log": "x", "nonce": "y"}}),
    "a nested fact that imitates the end": entry(facts={"verdict": {**json.loads('{"f":1' + TAIL)}}),
    "a separator in a value": entry(target=Target("t", "a\x1fb")),
}


def _body(made) -> bytes:
    return body.build(
        entry=made,
        action_version=1,
        uid=UUID("01980000-0000-7000-8000-00000000000a"),
        nonce=bytes(16),
        recorded_at=AT,
        commitments={"comment": "x" * 44} if made.subject else {},
    )


@pytest.mark.parametrize("what", ENTRIES)
@pytest.mark.parametrize(
    "changes", [{}, {"subject": "s-1"}, {"actor": Actor(ActorType.AI_AGENT, str(new_id()))}]
)
def test_a_body_says_what_json_says(what, changes):
    made = _body(replace(ENTRIES[what], **changes))

    assert columns.said(made) == columns._read(made)


def test_the_usual_body_is_read_by_the_patterns():
    made = _body(ENTRIES["everything"])

    assert columns._HEAD.match(made)
    assert columns._TAIL.search(made)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff", b'{"actor":1}', canonical.dump({"actor": {}, "object": {}})]
)
def test_what_is_no_body_is_refused(data):
    with pytest.raises(ValueError, match="no body"):
        columns.said(data)
