"""JSON that two programs could understand in two ways is refused; everything else reads as usual."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api import strict_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**60), 10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner)
    ),
)


@given(JSON, st.booleans())
def test_loads_reads_what_was_written(value: object, ascii_only: bool) -> None:
    assert strict_json.loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary())
def test_loads_raises_value_errors_only(raw: bytes) -> None:
    try:
        strict_json.loads(raw)
    except ValueError as error:
        assert str(error)  # noqa: PT017 -- whatever comes, it is this or a value


@pytest.mark.parametrize(
    "_case, raw",
    [
        ("NaN", b"NaN"),
        ("Infinity", b"[-Infinity]"),
        ("out of range", b"1e999"),
        ("too many digits", b"1" * 65),
        ("far too many digits", b"1" * 100_000),
        ("a key twice", b'{"a": 1, "a": 1}'),
        ("a key twice in another spelling", b'{"a": 1, "\\u0061": 1}'),
        ("NUL", b'"\\u0000"'),
        ("NUL in a key", b'{"\\u0000": 1}'),
        ("half a pair", b'["\\uD83D"]'),
        ("the other half", b'["\\ude00"]'),
        ("not UTF-8", b'"\xff"'),
        ("UTF-16", '"x"'.encode("utf-16")),
        ("too deep", b"[" * 100_000),
        ("nothing", b""),
    ],
)
def test_loads_refuses(_case: str, raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the sentence differs, the kind is what callers rely on
        strict_json.loads(raw)


def test_loads_takes_a_whole_pair_and_a_text_about_a_nul() -> None:
    assert strict_json.loads(b'["\\ud83d\\ude00", "\\\\u0000"]') == ["😀", "\\u0000"]
