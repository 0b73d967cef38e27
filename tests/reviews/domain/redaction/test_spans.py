"""Which span wins."""

from reviews.domain.redaction.spans import Span, resolve


def test_resolve_takes_the_longest_and_says_when_a_loser_sticks_out():
    inside = resolve([Span(2, 5, "IP"), Span(0, 6, "EMAIL")])
    across = resolve([Span(4, 8, "IP"), Span(0, 6, "EMAIL"), Span(5, 7, "NAME")])

    assert inside == ([Span(0, 6, "EMAIL")], True)
    assert across == ([Span(0, 6, "EMAIL")], False)


def test_resolve_takes_the_more_specific_kind_of_equals():
    assert resolve([Span(0, 5, "PHONE"), Span(0, 5, "SSN")]).spans == [Span(0, 5, "SSN")]


def test_resolve_takes_the_first_of_equals_and_sorts():
    spans = [Span(8, 12, "IP"), Span(2, 6, "IP"), Span(0, 4, "IP")]

    assert resolve(spans).spans == [Span(0, 4, "IP"), Span(8, 12, "IP")]
