"""Names of the customer's record in running text."""

import pytest

from reviews.domain.redaction.detector import detect


@pytest.mark.parametrize(
    "_case, names, text, expected",
    [
        (
            "the whole and its parts",
            ("Anna Quandt",),
            "Anna Quandt, Anna, quandt",
            ["Anna Quandt", "Anna", "quandt"],
        ),
        ("whole words only", ("Anna",), "Annabel, Joanna, Anna's", ["Anna"]),
        ("an underscore runs on", ("Anna",), "anna_1 and anna-1", ["anna"]),
        ("a particle is no name", ("Ludwig von Musterhof",), "von Musterhof kam", ["Musterhof"]),
        ("only a particle", ("von",), "von dort", []),
        ("short parts are left", ("Jo Li",), "Jo and Li, Jo Li", ["Jo Li"]),
        ("a short name on its own", ("Jo",), "Jo and Joe", ["Jo"]),
        ("ordinary words need a capital", ("Mark Will",), "Will Mark mark it?", ["Will", "Mark"]),
        ("without umlauts", ("Jürgen Weiß",), "Juergen WEISS, Weiss", ["Juergen WEISS", "Weiss"]),
        ("decomposed letters", ("Müller",), "Mu\u0308ller", ["Mu\u0308ller"]),
        ("letters that begin a decomposed one", ("Mu",), "Mu\u0308ller", []),
        ("German genitive", ("Müller",), "Müllers Auto", ["Müllers"]),
        ("full-width letters", ("Anna",), "Ａｎｎａさん", ["Ａｎｎａ"]),
        ("half-width Katakana", ("タナカ",), "ﾀﾅｶさん", ["ﾀﾅｶ"]),
        ("voiced half-width Katakana", ("カガワ",), "ｶｶﾞﾜさん", ["ｶｶﾞﾜ"]),
        ("Katakana that goes on", ("タナカ",), "タナカシマ", []),
        ("inside a Japanese sentence", ("田中",), "昨日田中に聞いた", ["田中"]),
        ("the family name before an honorific", ("田中太郎",), "田中様と田中屋", ["田中"]),
        ("one character before an honorific", ("林",), "林さんは森林へ", ["林"]),
        ("a Latin name in Japanese", ("Anna",), "担当はAnnaです", ["Anna"]),
        ("digits that are a whole name", ("12345", "77"), "12345 and 77", ["12345"]),
        ("digits alone are too common", ("12 Main Street",), "room 12, 12 Main Street", ["12 Main Street"]),
        ("a postcode", ("10115 Berlin",), "10115 und Berlin", ["10115", "Berlin"]),
        ("marks of tokens in a name", ("«NAME_1»",), "«NAME_1» x", []),
        ("nothing to look for", ("", " ", "-"), "- a", []),
    ],
)
def test_names_are_found(_case, names, text, expected):
    assert [text[span.start : span.end] for span in detect(text, names=names).spans] == expected


def test_names_with_a_digit_are_addresses():
    spans = detect("Anna, Musterweg 5", names=("Anna", "Musterweg 5")).spans

    assert [span.kind for span in spans] == ["NAME", "ADDRESS"]


def test_names_inside_an_address_belong_to_it():
    spans = detect("mail anna@example.com", names=("Anna",)).spans

    assert [span.kind for span in spans] == ["EMAIL"]
