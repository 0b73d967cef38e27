"""What each recogniser takes and leaves, one line each; beyond the corpus, the edges."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from reviews.domain.redaction.cards import luhn_holds
from reviews.domain.redaction.detector import detect
from reviews.domain.redaction.ibans import check_digits_hold
from reviews.domain.redaction.national_ids import my_number_holds


def found(text: str, region: str = "", names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [
        (span.kind, text[span.start : span.end]) for span in detect(text, names=names, region=region).spans
    ]


@pytest.mark.parametrize(
    "_case, text, region, expected",
    [
        ("an address in brackets", "<jo@example.com>", "", [("EMAIL", "jo@example.com")]),
        ("the full stop is not its end", "jo@example.com.", "", [("EMAIL", "jo@example.com")]),
        ("in the midst of Japanese", "宛先jo@example.jpまで", "", [("EMAIL", "jo@example.jp")]),
        ("letters with accents", "müller@bücher.example", "", [("EMAIL", "müller@bücher.example")]),
        ("no top-level name", "jo@example", "", []),
        ("a number for a top-level name", "jo@10.0", "", []),
        ("two at signs", "a@b.de@c.de", "", [("EMAIL", "b.de@c.de")]),
        ("a Luhn failure", "4111111111111112", "", []),
        ("too long for a card", "41111111111111114111", "", []),
        ("no network begins so", "9111111111111111", "", []),
        ("a card after a letter", "X4111111111111111", "", []),
        ("19 digits", "6304000000000000000", "", [("CARD", "6304000000000000000")]),
        ("13 digits", "4222222222222", "", [("CARD", "4222222222222")]),
        ("groups of an order number", "250-1234567-7654321", "", []),
        ("small letters", "de89370400440532013000", "", [("IBAN", "de89370400440532013000")]),
        ("a wrong check digit", "DE88370400440532013000", "", []),
        ("one digit too many", "DE893704004405320130001", "", []),
        ("an unknown country", "ZZ89370400440532013000", "", []),
        ("two spaces inside", "DE89  370400440532013000", "", []),
        ("letters inside the account", "MT84MALT011000012345MTLCAST001S", "", [("IBAN", "MT84MALT011000012345MTLCAST001S")]),
        ("a plus and brackets", "+49 (0)151 23456789", "", [("PHONE", "+49 (0)151 23456789")]),
        ("zero zero", "0049 151 23456789", "", [("PHONE", "0049 151 23456789")]),
        ("a plus after a letter", "a+4915123456789", "", []),
        ("full-width digits", "０９０−１２３４−５６７８", "JP", [("PHONE", "０９０−１２３４−５６７８")]),
        ("Devanagari digits", "फ़ोन +९१ ९८७६५ ४३२१०", "IN", [("PHONE", "+९१ ९८७६५ ४३२१०")]),
        ("a long-vowel mark for a dash", "090ー1234ー5678", "JP", [("PHONE", "090ー1234ー5678")]),
        ("brackets around the area", "(02) 8123 4567", "PH", [("PHONE", "(02) 8123 4567")]),
        ("ten plain digits of India", "9876543210", "IN", [("PHONE", "9876543210")]),
        ("ten plain digits of nowhere", "9876543210", "", []),
        ("ten plain digits after a word", "call 2025550143", "US", [("PHONE", "2025550143")]),
        ("two by a slash", "030 23125 001/030 23125 002", "DE", [("PHONE", "030 23125 001"), ("PHONE", "030 23125 002")]),
        ("part of a longer number", "0171-3920010-77-1", "DE", []),
        ("an order number", "order no. 0171 3920010", "DE", []),
        ("a German date", "03.04.2024", "DE", []),
        ("a date and an hour", "2024-05-12 14:30", "US", []),
        ("part of a licence", "N01-12-345678", "PH", []),
        ("a foreign number announced", "Tel. 0917 123 4567", "DE", [("PHONE", "0917 123 4567")]),
        ("area 000", "000-12-3456", "US", []),
        ("an invoice, not an SSN", "invoice 123-45-6789", "", []),
        ("SSS of the Philippines", "social security 34-1234567-8", "PH", [("PH_SSS", "34-1234567-8")]),
        ("plain Aadhaar with its word", "aadhaar 234123412346", "", [("AADHAAR", "234123412346")]),
        ("plain Aadhaar in India", "id 234123412346", "IN", [("AADHAAR", "234123412346")]),
        ("plain Aadhaar elsewhere", "234123412346", "", []),
        ("twelve digits in Japan", "番号 123456789018", "JP", [("MY_NUMBER", "123456789018")]),
        ("twelve digits after an order", "注文番号 123456789018", "JP", []),
        ("a tax number, plain, in Germany", "36574261809", "DE", [("DE_TAX_ID", "36574261809")]),
        ("a tax number of an invoice", "Rechnung 36574261809", "DE", []),
        ("NHS without its word", "943 476 5919", "GB", []),
        ("NHS with its word", "NHS 943 476 5919", "GB", [("NHS", "943 476 5919")]),
        ("TIN with twelve digits", "TIN: 123-456-789-000", "PH", [("PH_TIN", "123-456-789-000")]),
        ("PAN of a company order", "order ABCPE1234F", "IN", []),
        ("PAN with a wrong fourth letter", "ABCDE1234F", "IN", []),
        ("PPS with a wrong letter", "1234567A", "IE", []),
        ("NINO without its word", "AB123456C", "GB", []),
        ("NINO with its word", "NI no. AB123456C", "GB", [("NINO", "AB123456C")]),
        ("passport with a space", "Passport: AB 1234567", "", [("PASSPORT", "AB 1234567")]),
        ("passport without a number", "my passport has expired", "", []),
        ("too few digits for a passport", "passport renewal1", "", []),
        ("few digits after passport", "passport abc123", "", []),
        ("born in a year", "born in 1985", "", []),
        ("born in a place", "born in Cork on 1 May 1985", "", [("DOB", "1 May 1985")]),
        ("German short form", "geb. 1.5.85", "", [("DOB", "1.5.85")]),
        ("any other date", "due 1 May 1985", "", []),
        ("before the word in Japanese", "昭和60年5月1日生まれ", "", [("DOB", "昭和60年5月1日")]),
        ("a version", "version 10.0.0.1", "", []),
        ("a v", "v1.2.3.4", "", []),
        ("a section", "§ 1.2.3.4", "", []),
        ("an octet too high", "10.0.0.256", "", []),
        ("five parts", "1.2.3.4.5", "", []),
        ("with a port", "10.0.0.1:80", "", [("IP", "10.0.0.1")]),
        ("a network", "[2001:db8::1]:443", "", [("IP", "2001:db8::1")]),
        ("a clock", "10:30:45", "", []),
        ("two colons of a language", "std::vector and a::b", "", []),
        ("a mapped address", "::ffff:10.0.0.1", "", [("IP", "::ffff:10.0.0.1")]),
        ("a password in quotes", 'password="hunter2"', "", [("SECRET", "hunter2")]),
        ("a password of letters after is", "the password is wrong", "", []),
        ("a password with a digit after is", "password is hunter2", "", [("SECRET", "hunter2")]),
        ("a request for one", "Password: please", "", []),
        ("stars", "Passwort: ********", "", []),
        ("a bearer", "Bearer abcdefghijklmnop", "", [("SECRET", "abcdefghijklmnop")]),
        ("a cloud key", "AKIAABCDEFGHIJKLMNOP", "", [("SECRET", "AKIAABCDEFGHIJKLMNOP")]),
    ],
)  # fmt: skip
def test_detect_takes_and_leaves(_case, text, region, expected):
    assert found(text, region) == expected


@given(st.text("0123456789", min_size=13, max_size=19))
def test_luhn_holds_as_the_reference_says(digits):
    assert luhn_holds(digits) == luhn.is_valid(digits)


@given(st.integers(0, 10**18 - 1), st.integers(0, 99))
def test_check_digits_hold_for_one_pair_only(account, check):
    bban = f"{account:018}"
    right = 98 - int(bban + "131400") % 97

    assert check_digits_hold(f"DE{check:02}{bban}") == (check % 97 == right % 97)


@pytest.mark.parametrize(
    "digits, holds", [("123456789018", True), ("123456789010", False), ("021000000002", False)]
)
def test_my_number_holds_by_its_weights(digits, holds):
    assert my_number_holds(digits) is holds


@given(st.ip_addresses(v=6))
def test_detect_finds_every_ipv6_address_with_a_digit(address: ipaddress.IPv6Address):
    written = str(address)

    assert found(f"from {written} today") == ([("IP", written)] if any(map(str.isdigit, written)) else [])
