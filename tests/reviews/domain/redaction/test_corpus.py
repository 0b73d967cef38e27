"""How much of the corpus is found, and how much of what is found is right (A4)."""

import pytest

from reviews.domain.redaction.detector import detect
from tests.reviews.domain.redaction import corpus

CASES = corpus.build()


def test_build_gives_200_cases():
    assert len(CASES) == 200
    assert corpus.build() == CASES


def test_detect_meets_recall_and_precision():
    found = [frozenset(detect(case.text, names=case.names, region=case.region).spans) for case in CASES]

    hits = sum(len(case.expected & spans) for case, spans in zip(CASES, found, strict=True))
    wanted = sum(len(case.expected) for case in CASES)
    given = sum(map(len, found))
    recall, precision = hits / wanted, hits / given

    wrong = [
        f"{case.text!r}\n  missed {sorted(case.expected - spans)}\n  excess {sorted(spans - case.expected)}"
        for case, spans in zip(CASES, found, strict=True)
        if case.expected != spans
    ]
    report = (
        f"recall {recall:.4f} ({hits}/{wanted}), precision {precision:.4f} ({hits}/{given})\n"
        + "\n".join(wrong)
    )
    assert recall >= 0.98, report
    assert precision >= 0.95, report


@pytest.mark.parametrize("kind", ["CARD", "IBAN"])
def test_detect_finds_every_card_and_account(kind):
    missed = [
        case.text
        for case in CASES
        for span in case.expected
        if span[2] == kind and span not in detect(case.text, names=case.names, region=case.region).spans
    ]

    assert missed == []
