"""The time below which nobody can have read a text."""

import pytest

from reviews.domain import reading


@pytest.mark.parametrize(("words", "seconds"), [(120, 12.1), (200, 20.2), (350, 35.3), (0, 5.0), (49, 5.0)])
def test_floor_is_the_golden_number(words: int, seconds: float) -> None:
    assert round(reading.floor(words, "en"), 1) == seconds


@pytest.mark.parametrize(
    ("_case", "language", "per_minute"),
    [
        ("English non-fiction in silence", "en", 238),
        ("a region changes nothing", "en-GB", 238),
        ("German keeps its distance to English", "de", 187),
        ("Japanese by characters", "ja", 373),
        ("nobody knows: as fast as English", "xx", 238),
        ("nothing said", "", 238),
    ],
)
def test_rate_is_that_of_the_language(_case: str, language: str, per_minute: int) -> None:
    assert round(reading.rate(language)) == per_minute


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Invoice 4711, for 12 valves.", "en", 5),
        ("It's the supplier’s order – unpaid", "en", 5),
        ("請求書を送りました。", "ja", 9),
        ("請求書を送りました。", "en", 1),
        ("", "en", 0),
    ],
)
def test_units_are_words_or_characters(text: str, language: str, count: int) -> None:
    assert reading.units(text, language) == count


def test_floor_of_counts_what_is_written_wherever_it_stands() -> None:
    words = " ".join(["word"] * 60)
    parts = [{"text": words, "lines": [{"text": words}, None, True]}, {"amount": "12.00", "days": 3}]

    assert reading.floor_of(parts, "en") == round(reading.floor(122, "en"), 1)


def test_floor_of_japanese_is_longer_than_by_words() -> None:
    text = "お問い合わせいただきありがとうございます。" * 20

    assert reading.floor_of([text], "ja") > 20 > reading.floor_of([text], "en") == 5.0
