"""All recognisers together: the pre-filter loses nothing, spans are sound, and hostile texts stay cheap."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.domain.redaction.detector import RECOGNIZERS, detect
from reviews.domain.redaction.names import Names
from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import KINDS
from tests.reviews.domain.redaction import corpus, texts


@settings(max_examples=600, deadline=None)
@given(text=texts.texts, names=texts.names, region=texts.regions)
def test_detect_finds_the_same_without_the_prefilter(text, names, region):
    assert detect(text, names=names, region=region) == detect(
        text, names=names, region=region, filtered=False
    )


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=80), region=texts.regions)
def test_detect_finds_the_same_without_the_prefilter_in_any_text(text, region):
    assert detect(text, region=region) == detect(text, region=region, filtered=False)


def test_detect_finds_the_same_without_the_prefilter_in_the_corpus():
    for case in corpus.build():
        filtered = detect(case.text, names=case.names, region=case.region)

        assert filtered == detect(case.text, names=case.names, region=case.region, filtered=False), case.text


@settings(max_examples=300, deadline=None)
@given(text=texts.texts, names=texts.names, region=texts.regions)
def test_detect_gives_spans_in_order_without_overlap(text, names, region):
    spans = detect(text, names=names, region=region).spans

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in zip(spans, spans[1:], strict=False))


def test_recognizers_name_only_known_kinds():
    kinds = {kind for recognizer in (*RECOGNIZERS, Names(("x",))) for kind in recognizer.kinds}

    assert kinds == set(KINDS)


@pytest.mark.parametrize(
    "_case, unit",
    [
        ("digits only", "7"),
        ("at signs", "@"),
        ("dotted ones", "1."),
        ("digits and dashes", "4-"),
        ("digits and spaces", "0 "),
        ("many separators", "1  -  "),
        ("plus signs", "+4"),
        ("colons", "a:"),
        ("local parts", "a.b-"),
        ("account heads", "DE89 "),
        ("passwords", "password:"),
        ("passports", "passport no "),
        ("births", "born on the "),
        ("keys", "-eyJ"),
        ("token marks", "«IBAN_"),
        ("a name", "anna "),
    ],
)
def test_windows_stay_bounded_for_hostile_text(_case, unit):
    text = (unit * 100_000)[:100_000]

    reading = Reading(text)
    spans = detect(text, names=("Anna",), region="DE").spans

    assert len(reading.windows) <= 7 * len(text)
    assert all(8 <= len(window.digits) <= 19 and len(window.shape) <= 7 for window in reading.windows)
    assert all(span.end - span.start <= 8300 for span in spans)


def test_detect_prefers_the_longest_reading():
    text = "IBAN DE89 3704 0044 0532 0130 00"

    spans = detect(text, region="DE").spans

    assert [(text[span.start : span.end], span.kind) for span in spans] == [
        ("DE89 3704 0044 0532 0130 00", "IBAN")
    ]


@pytest.mark.parametrize(
    "_case, text, names, settled",
    [
        ("a value among spaces", "Mail jo@example.com now", (), True),
        ("a value at the end of a sentence", "Mail jo@example.com.", (), True),
        ("a letter touches the value", "x(Anna) and", ("Anna",), False),
        ("a name that would excuse the number after it", "Case 0301234567", ("Case",), False),
        ("a name before a number that it does not excuse", "Anna 0301234567", ("Anna",), True),
    ],
)
def test_detect_says_whether_another_look_is_needed(_case, text, names, settled):
    assert detect(text, names=names).settled is settled
