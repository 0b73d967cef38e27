"""Folding and the pre-filter's digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.redaction.reading import Reading, fold, lower


@given(st.text())
def test_fold_and_lower_keep_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)
    assert len(lower(text)) == len(text)


@pytest.mark.parametrize(
    "written, folded",
    [
        ("０９０−１２", "090-12"),
        ("a\u3000b", "a b"),
        ("サーバー 3ー4", "サーバー 3-4"),
        ("İß", "İß"),
        ("१२", "12"),
    ],
)
def test_fold_makes_plain_digits_dashes_and_spaces(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    "_case, text, windows",
    [
        ("a date", "2024-05-12", []),
        ("eight digits", "48213377", []),
        ("eight digits after a nought", "03012345", ["03012345"]),
        ("eight digits after a plus", "+49301234", ["49301234"]),
        ("groups", "12 345 67 89", ["12 345 67 89"]),
        ("after a letter", "X123456789", []),
        ("before a letter", "123456789X", []),
        ("another number begins", "12345+678901", []),
        ("twenty digits", "1" * 20, []),
    ],
)
def test_windows_are_the_numbers_worth_a_look(_case, text, windows):
    assert [text[window.start : window.end] for window in Reading(text).windows] == windows


def test_before_ends_at_a_boundary_and_at_a_token():
    reading = Reading("order\x00no «NAME_1» CALL 12")

    assert reading.before(3) == "ord"
    assert reading.before(len("order\x00no ")) == "no "
    assert reading.before(len("order\x00no «NAME_1» CALL ")) == " call "
