"""Tokens and their numbering."""

from reviews.domain.redaction import Numbering, restore_json, restore_text


def test_token_is_the_same_for_the_same_value_and_another_for_another_spelling():
    numbering = Numbering()

    tokens = [numbering.token("EMAIL", value) for value in ("a@b.de", "A@b.de", "a@b.de")]

    assert tokens == ["«EMAIL_1»", "«EMAIL_2»", "«EMAIL_1»"]
    assert numbering.originals == {"«EMAIL_1»": "a@b.de", "«EMAIL_2»": "A@b.de"}


def test_token_counts_each_kind_on_its_own():
    numbering = Numbering()

    assert [numbering.token("NAME", "x"), numbering.token("IP", "x")] == ["«NAME_1»", "«IP_1»"]


def test_reserve_keeps_numbers_out_of_use():
    numbering = Numbering()
    numbering.reserve("«NAME_1», «NAME_2», «NAME_999999999» and «no token»")

    assert [numbering.token("NAME", each) for each in "ab"] == ["«NAME_3»", "«NAME_4»"]


def test_restore_text_does_not_restore_what_an_original_says():
    originals = {"«NAME_1»": "«NAME_2»", "«NAME_2»": "b"}

    assert restore_text("«NAME_1» «NAME_2» «NAME_3»", originals) == "«NAME_2» b «NAME_3»"


def test_restore_json_goes_through_keys_lists_and_values():
    originals = {"«NAME_1»": "Anna"}

    value = restore_json({"«NAME_1»": ["Hi «NAME_1»", 5, None]}, originals)

    assert value == {"Anna": ["Hi Anna", 5, None]}
