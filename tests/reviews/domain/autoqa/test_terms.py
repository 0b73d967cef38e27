"""The terms of automatic QA that a process states."""

from typing import Any

import pytest

from audit.errors import Invalid
from reviews.domain.autoqa import Terms, read
from reviews.domain.autoqa.terms import Phrase


def test_read_knows_every_term() -> None:
    policy = {
        "forbidden": [{"phrase": " we guarantee ", "steps": ["send"]}],
        "required": [{"phrase": "checked by a person", "languages": ["en"]}],
        "cited": ["draft"],
        "pick": ["injection"],
        "daily_cap": 5,
    }

    assert read(policy) == Terms(
        forbidden=(Phrase("we guarantee", steps=frozenset({"send"})),),
        required=(Phrase("checked by a person", languages=frozenset({"en"})),),
        cited=frozenset({"draft"}),
        pick=frozenset({"injection"}),  # type: ignore[arg-type]
        daily_cap=5,
    )
    assert read({}) == Terms()


@pytest.mark.parametrize(
    ("policy", "pointer"),
    [
        ([], ""),
        ({"forbiden": []}, "/forbiden"),
        ({"forbidden": "x"}, "/forbidden"),
        ({"forbidden": [{"phrase": "ok"}, "x"]}, "/forbidden/1"),
        ({"required": [{"phrase": "x"}]}, "/required/0/phrase"),
        ({"required": [{"phrase": 12}]}, "/required/0/phrase"),
        ({"required": [{"phrase": "fine", "steps": "send"}]}, "/required/0/steps"),
        ({"forbidden": [{"phrase": "fine"}] * 201}, "/forbidden"),
        ({"cited": [1]}, "/cited"),
        ({"pick": ["mood"]}, "/pick"),
        ({"daily_cap": True}, "/daily_cap"),
        ({"daily_cap": 501}, "/daily_cap"),
    ],
)
def test_read_names_what_it_cannot_understand(policy: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(policy)

    assert refused.value.field == pointer
