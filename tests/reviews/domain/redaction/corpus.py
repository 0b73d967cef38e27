"""The corpus of 200 short texts that redaction is measured by: English, German, Japanese and Philippine office prose.

No real person is in it. Telephone numbers are of the ranges kept free for examples, or obvious placeholders;
everything with a check digit is computed from a fixed seed.
"""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from stdnum import luhn, verhoeff
from stdnum.de import idnr
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.iso7064 import mod_97_10

SEED = 20261120
MONTHS = "January February March April May June July August September October November December"
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
PLACE = re.compile(r"\{(\w+)(?:=([^}]*))?\}")


class Case(NamedTuple):
    """A text, where it comes from, the customer's names, and what is personal in it."""

    text: str
    region: str
    names: tuple[str, ...]
    expected: frozenset[tuple[int, int, str]]


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def _grouped(text: str, *sizes: int, by: str = " ") -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    return by.join(part for part in [*parts, text[start:]] if part)


def _card(rng: random.Random, prefix: str, length: int = 16) -> str:
    body = prefix + _digits(rng, length - 1 - len(prefix))
    return body + luhn.calc_check_digit(body)


def _iban(country: str, bban: str) -> str:
    return country + mod_97_10.calc_check_digits(bban + country) + bban


def _aadhaar(rng: random.Random) -> str:
    while True:
        body = rng.choice("23456789") + _digits(rng, 10)
        number = body + verhoeff.calc_check_digit(body)
        if number != number[::-1]:
            return number


def _my_number(rng: random.Random) -> str:
    body = _digits(rng, 11)
    rest = sum(int(body[10 - n]) * (n + 2 if n < 6 else n - 4) for n in range(11)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


def _tax_id(rng: random.Random) -> str:
    while True:
        number = "".join(rng.sample("123456789", 9))
        number += rng.choice(number)
        for check in "0123456789":
            if idnr.is_valid(number + check):
                return number + check


def _nhs(rng: random.Random) -> str:
    while True:
        body = "9" + _digits(rng, 8)
        for check in "0123456789":
            if nhs.is_valid(body + check):
                return body + check


def _pps(rng: random.Random) -> str:
    body = _digits(rng, 7)
    return body + next(letter for letter in "ABCDEFGHIJKLMNOPQRSTUVW" if pps.is_valid(body + letter))


def _wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def _date(rng: random.Random, form: str) -> str:
    year, month, day = rng.randrange(1941, 2006), rng.randrange(1, 13), rng.randrange(1, 29)
    return form.format(
        y=year,
        m=month,
        d=day,
        yy=year % 100,
        name=MONTHS.split()[month - 1],
        monat=MONATE.split()[month - 1],
        s=year - 1925,
    )


MAKERS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "email": ("EMAIL", lambda r: f"{r.choice(['jo', 'm.lee', 'k_adams', 'info+eu'])}{r.randrange(99)}@example.{r.choice(['com', 'co.uk', 'de', 'jp'])}"),
    "email_spelt": ("EMAIL", lambda r: f"jo{r.randrange(99)} at example dot com"),
    "card": ("CARD", lambda r: _card(r, "4")),
    "card_spaced": ("CARD", lambda r: _grouped(_card(r, "51"), 4, 4, 4)),
    "card_dashed": ("CARD", lambda r: _grouped(_card(r, "6011"), 4, 4, 4, by="-")),
    "amex": ("CARD", lambda r: _grouped(_card(r, "37", 15), 4, 6)),
    "card_dotted": ("CARD", lambda r: _grouped(_card(r, "4"), 4, 4, 4, by=".")),
    "card_wide": ("CARD", lambda r: _wide(_card(r, "35"))),
    "iban_de": ("IBAN", lambda r: _grouped(_iban("DE", _digits(r, 18)), 4, 4, 4, 4, 4)),
    "iban_de_plain": ("IBAN", lambda r: _iban("DE", _digits(r, 18))),
    "iban_ie": ("IBAN", lambda r: _grouped(_iban("IE", "AIBK" + _digits(r, 14)), 4, 4, 4, 4, 4)),
    "iban_gb": ("IBAN", lambda r: _iban("GB", "NWBK" + _digits(r, 14))),
    "iban_low": ("IBAN", lambda r: _iban("AT", _digits(r, 16)).lower()),
    "phone_de": ("PHONE", lambda r: f"030 23125 {r.randrange(1000):03}"),
    "phone_de_slash": ("PHONE", lambda r: f"069/90009{r.randrange(1000):03}"),
    "phone_de_mobile": ("PHONE", lambda r: f"0171 39200{r.randrange(100):02}"),
    "phone_de_plus": ("PHONE", lambda r: f"+49 (0)30 23125-{r.randrange(1000):03}"),
    "phone_de_00": ("PHONE", lambda r: f"0049 30 23125{r.randrange(1000):03}"),
    "phone_gb": ("PHONE", lambda r: f"020 7946 0{r.randrange(1000):03}"),
    "phone_gb_plus": ("PHONE", lambda r: f"+44 7700 900{r.randrange(1000):03}"),
    "phone_ie": ("PHONE", lambda r: f"085 {r.randrange(100, 999)} {_digits(r, 4)}"),
    "phone_ie_plus": ("PHONE", lambda r: f"+353 1 {r.randrange(600, 699)} {_digits(r, 4)}"),
    "phone_us": ("PHONE", lambda r: f"(202) 555-01{r.randrange(100):02}"),
    "phone_us_dash": ("PHONE", lambda r: f"415-555-01{r.randrange(100):02}"),
    "phone_us_plus": ("PHONE", lambda r: f"+1 312 555 01{r.randrange(100):02}"),
    "phone_us_plain": ("PHONE", lambda r: f"20255501{r.randrange(100):02}"),
    "phone_ph_short": ("PHONE", lambda r: f"8-{r.randrange(100, 999)}-{_digits(r, 4)}"),
    "phone_ph": ("PHONE", lambda r: f"0917 {r.randrange(100, 999)} {_digits(r, 4)}"),
    "phone_ph_plain": ("PHONE", lambda r: f"0918{_digits(r, 7)}"),
    "phone_ph_plus": ("PHONE", lambda r: f"+63 917 {r.randrange(100, 999)} {_digits(r, 4)}"),
    "phone_ph_land": ("PHONE", lambda r: f"(02) 8{r.randrange(100, 999)} {_digits(r, 4)}"),
    "phone_in": ("PHONE", lambda r: f"98765 {_digits(r, 5)}"),
    "phone_in_plus": ("PHONE", lambda r: f"+91-98765-{_digits(r, 5)}"),
    "phone_in_plain": ("PHONE", lambda r: f"98765{_digits(r, 5)}"),
    "phone_jp": ("PHONE", lambda r: f"090-1234-{_digits(r, 4)}"),
    "phone_jp_wide": ("PHONE", lambda r: _wide(f"090{_digits(r, 0)}") + "−１２３４−" + _wide(_digits(r, 4))),
    "phone_jp_land": ("PHONE", lambda r: f"03-1234-{_digits(r, 4)}"),
    "phone_jp_plus": ("PHONE", lambda r: f"+81 90 1234 {_digits(r, 4)}"),
    "ssn": ("SSN", lambda r: f"{r.randrange(100, 665)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}"),
    "ssn_plain": ("SSN", lambda r: f"{r.randrange(100, 665)}{r.randrange(10, 99)}{r.randrange(1000, 9999)}"),
    "aadhaar": ("AADHAAR", lambda r: _grouped(_aadhaar(r), 4, 4)),
    "aadhaar_plain": ("AADHAAR", _aadhaar),
    "in_pan": ("IN_PAN", lambda r: f"{r.choice(['ABC', 'XQZ', 'DKM'])}P{r.choice('ADKS')}{r.randrange(1000, 9999)}{r.choice('ABCDEF')}"),
    "my_number": ("MY_NUMBER", _my_number),
    "my_number_parted": ("MY_NUMBER", lambda r: _grouped(_my_number(r), 4, 4)),
    "tax_id": ("DE_TAX_ID", lambda r: _grouped(_tax_id(r), 2, 3, 3)),
    "tax_id_plain": ("DE_TAX_ID", _tax_id),
    "pps": ("PPS", _pps),
    "nhs": ("NHS", lambda r: _grouped(_nhs(r), 3, 3)),
    "nino": ("NINO", lambda r: f"QQ {_grouped(_digits(r, 6), 2, 2)} C".replace("QQ", r.choice(["AB", "CE", "JN"]))),
    "nino_plain": ("NINO", lambda r: f"{r.choice(['AB', 'CE', 'JN'])}{_digits(r, 6)}{r.choice('ABCD')}"),
    "ph_tin": ("PH_TIN", lambda r: f"{_grouped(_digits(r, 9), 3, 3, by='-')}-000"),
    "ph_tin_nine": ("PH_TIN", lambda r: _grouped(_digits(r, 9), 3, 3, by="-")),
    "ph_sss": ("PH_SSS", lambda r: _grouped(_digits(r, 10), 2, 7, by="-")),
    "passport_de": ("PASSPORT", lambda r: f"C0{r.randrange(10)}X{_digits(r, 2)}T{_digits(r, 2)}"),
    "passport_jp": ("PASSPORT", lambda r: f"TK{_digits(r, 7)}"),
    "passport_ph": ("PASSPORT", lambda r: f"P{_digits(r, 7)}A"),
    "dob_dots": ("DOB", lambda r: _date(r, "{d:02}.{m:02}.{y}")),
    "dob_iso": ("DOB", lambda r: _date(r, "{y}-{m:02}-{d:02}")),
    "dob_slash": ("DOB", lambda r: _date(r, "{d:02}/{m:02}/{yy:02}")),
    "dob_words": ("DOB", lambda r: _date(r, "{d} {name} {y}")),
    "dob_us": ("DOB", lambda r: _date(r, "{name} {d}, {y}")),
    "dob_de": ("DOB", lambda r: _date(r, "{d}. {monat} {y}")),
    "dob_jp": ("DOB", lambda r: _date(r, "{y}年{m}月{d}日")),
    "dob_era": ("DOB", lambda r: f"昭和{r.randrange(20, 63)}年{r.randrange(1, 12)}月{r.randrange(1, 28)}日"),
    "ipv4": ("IP", lambda r: f"203.0.113.{r.randrange(256)}"),
    "ipv6": ("IP", lambda r: f"2001:db8::{r.randrange(1, 9999):x}:{r.randrange(1, 9)}"),
    "secret": ("SECRET", lambda r: f"{r.choice(['Sommer', 'hunter', 'Tr0ub'])}{r.randrange(10, 99)}!x"),
    "api_key": ("SECRET", lambda r: "sk_live_" + "".join(r.choices("abcdefXYZ0123456789", k=24))),
}  # fmt: skip

ANNA = ("Anna-Lena Quandt", "Musterstraße 12", "12345 Musterstadt")
RAMIL = ("Ramil Dimaguiba", "Purok 3, Brgy. Kalawisan")
HANAKO = ("見本花子", "見本", "花子", "東京都架空区例町1-2-3")
ORLA = ("Órla Ní Shampla",)
MARK = ("Mark Samplesworth",)

# (region, names, text with {places}); each is rendered once with values of its own.
WRITTEN: list[tuple[str, tuple[str, ...], str]] = [
    # English, Ireland and the United Kingdom
    ("IE", (), "Please reply to {email} before Friday."),
    ("IE", (), "Send it to <{email}>, thanks."),
    ("GB", (), "My contacts: {email}; {email}."),
    ("IE", (), "Account {iban_ie} is in my own name."),
    ("IE", (), "Please pay the claim to {iban_ie}, not to the old one."),
    ("GB", (), "IBAN:{iban_gb}"),
    ("IE", (), "My PPS number is {pps} and I moved in May."),
    ("IE", (), "PPSN {pps}, claim CLM-2024-00817."),
    ("GB", (), "NHS number {nhs} is on the letter."),
    ("GB", (), "NHS no. {nhs}."),
    ("GB", (), "NI number: {nino}"),
    ("GB", (), "National Insurance {nino_plain} as on the P60."),
    ("GB", (), "You can ring {phone_gb} any time after 6."),
    ("GB", (), "Mobile {phone_gb_plus} (evenings)."),
    ("IE", (), "Call the garage on {phone_ie}."),
    ("IE", (), "The loss adjuster's line is {phone_ie_plus}, ext. 4."),
    ("IE", ORLA, "{name=Órla Ní Shampla} reported water damage on 12 March 2024."),
    ("IE", ORLA, "Spoke to {name=Órla}, who was calm; {name=SHAMPLA} is the policy holder."),
    ("GB", MARK, "Hi {name=Mark}, please mark the form as final."),
    ("GB", MARK, "{name=Mark Samplesworth}'s car was hit at about 17:45."),
    ("IE", (), "Driver born {dob_words}, licence since 2001."),
    ("IE", (), "DOB: {dob_slash}"),
    ("GB", (), "Her date of birth is {dob_words}."),
    ("GB", (), "The insured was born on {dob_iso} in Cork."),
    ("IE", (), "Logged in from {ipv4} at 10:32."),
    ("IE", (), "Firmware version 1.2.3.4 dropped the link to {ipv4}."),
    ("IE", (), "The server {ipv6} did not answer."),
    ("GB", (), "My password is {secret} and it still fails."),
    ("GB", (), "password: {secret}"),
    ("GB", (), "Use the key {api_key} for now."),
    ("IE", (), "Paid with {card} yesterday."),
    ("IE", (), "The card {card_spaced} was charged twice."),
    ("GB", (), "Amex {amex} declined."),
    ("GB", (), "Passport no. {passport_ph} expires soon."),
    # English, United States
    ("US", (), "SSN {ssn} on file."),
    ("US", (), "My social security number is {ssn_plain}."),
    ("US", (), "Call {phone_us} or {phone_us_dash}."),
    ("US", (), "Fax {phone_us_dash}, attention claims."),
    ("US", (), "Reach me at {phone_us_plus}."),
    ("US", (), "Born {dob_us}, resident of Ohio."),
    ("US", (), "Card on file: {card_dashed}."),
    # German
    ("DE", (), "Bitte überweisen Sie auf {iban_de}."),
    ("DE", (), "Neue Bankverbindung: {iban_de_plain} (gültig ab 01.07.2024)."),
    ("DE", (), "Konto {iban_low} bei der Hausbank."),
    ("DE", (), "Rufen Sie mich unter {phone_de} an."),
    ("DE", (), "Tel. {phone_de_slash}, Fax {phone_de_slash}"),
    ("DE", (), "Mobil: {phone_de_mobile}"),
    ("DE", (), "Zentrale {phone_de_plus}."),
    ("DE", (), "Aus dem Ausland {phone_de_00} wählen."),
    ("DE", (), "Steuer-ID {tax_id} wurde nachgereicht."),
    ("DE", (), "Meine IdNr. lautet {tax_id_plain}."),
    ("DE", (), "Reisepass {passport_de}, ausgestellt in Bonn."),
    ("DE", (), "Reisepassnummer: {passport_de}"),
    ("DE", (), "geb. am {dob_dots} in Ulm"),
    ("DE", (), "Geburtsdatum: {dob_dots}"),
    ("DE", (), "Er wurde geboren am {dob_de}."),
    ("DE", ANNA, "Sehr geehrte Frau {name=Quandt}, Ihre Rechnung ist da."),
    ("DE", ANNA, "{name=ANNA-LENA QUANDT} wohnt jetzt {address=Musterstrasse 12} in {address=Musterstadt}."),
    ("DE", ANNA, "Lieferung an {address=Musterstraße 12}, {address=12345 Musterstadt}."),
    ("DE", ANNA, "{name=Anna-Lena Quandt} <{email}> schrieb am 03.04.2024:"),
    ("DE", (), "Passwort: {secret}"),
    ("DE", (), "Zugriff von {ipv4}, Version 10.4.2.1 der Software."),
    ("DE", (), "Kreditkarte {card_spaced}, Betrag 1.250,00 EUR."),
    # Japanese
    ("JP", (), "お電話は{phone_jp}までお願いします。"),
    ("JP", (), "電話番号：{phone_jp_wide}です。"),
    ("JP", (), "携帯は{phone_jp_plus}です。"),
    ("JP", (), "会社の番号は{phone_jp_land}（平日のみ）。"),
    ("JP", (), "メールアドレスは{email}です。"),
    ("JP", (), "返信先：{email}、よろしくお願いします。"),
    ("JP", (), "マイナンバーは{my_number}です。"),
    ("JP", (), "個人番号 {my_number_parted} を登録しました。"),
    ("JP", (), "カード番号{card_spaced}で支払いました。"),
    ("JP", (), "クレジットカード（{card_wide}）が使えません。"),
    ("JP", (), "生年月日：{dob_jp}"),
    ("JP", (), "生年月日は{dob_era}です。"),
    ("JP", (), "{dob_jp}生まれの父の代わりに連絡しています。"),
    ("JP", (), "旅券番号 {passport_jp} の写しを送ります。"),
    ("JP", (), "パスポート番号は{passport_jp}です。"),
    ("JP", (), "パスワードは{secret}です"),
    ("JP", HANAKO, "{name=見本花子}様、いつもありがとうございます。"),
    ("JP", HANAKO, "{name=見本}様のご注文を確認しました。"),
    ("JP", HANAKO, "届け先は{address=東京都架空区例町1-2-3}です。"),
    ("JP", HANAKO, "{name=花子}さんから{phone_jp}に電話がありました。"),
    # The Philippines and India
    ("PH", (), "Pls text me at {phone_ph}, salamat po."),
    ("PH", (), "My number is {phone_ph_plain}."),
    ("PH", (), "Globe: {phone_ph_plus}"),
    ("PH", (), "Landline {phone_ph_land} po."),
    ("PH", (), "TIN {ph_tin} nasa form na."),
    ("PH", (), "My TIN is {ph_tin_nine}."),
    ("PH", (), "SSS No. {ph_sss} for the loan."),
    ("PH", (), "Passport {passport_ph}, valid until 2029."),
    ("PH", RAMIL, "Si {name=Ramil} po ito, {name=Dimaguiba} ang apelyido."),
    ("PH", RAMIL, "Deliver to {address=Purok 3, Brgy. Kalawisan}, near the chapel."),
    ("PH", RAMIL, "Good day, {name=ramil dimaguiba} here, {email}."),
    ("IN", (), "Aadhaar {aadhaar} attached."),
    ("IN", (), "aadhaar no: {aadhaar_plain}"),
    ("IN", (), "My PAN is {in_pan}."),
    ("IN", (), "PAN {in_pan}, mobile {phone_in_plain}."),
    ("IN", (), "WhatsApp {phone_in_plus} please."),
    ("IN", (), "Kindly call {phone_in}."),
    # No region known
    ("", (), "Reach me on {phone_gb_plus} or {phone_us_plus}."),
    ("", (), "Phone {phone_de}, e-mail {email}."),
    ("", (), "電話 {phone_jp} / {email}"),
    ("", (), "Customer {aadhaar} and {my_number_parted}"),
    ("", (), "IBAN {iban_de}, card {card}, IP {ipv4}."),
    ("", (), "Mobile {phone_ph_plain}; call {phone_us}."),
    # Hard ones; some of them no pattern finds, which is what the margin is for
    ("DE", (), "Handynr {phone_de_mobile}, Auto *{dob_dots} gemeldet."),
    ("GB", (), "I was born in Leeds on {dob_words}."),
    ("US", (), "My number is {phone_us_plain}."),
    ("PH", (), "tel {phone_ph_short} lang"),
    ("GB", (), "Passport: {passport=AB 1234567}"),
    ("", (), "card:{card_dotted}"),
    ("", (), "write to {email_spelt}"),
    ("DE", ("Jürgen Müller",), "{name=Müllers} Vertrag, {name=Mueller} oder {name=Juergen}."),
    ("JP", ("山田 太郎",), "{name=山田}様と富山田舎ホテル"),
    # Nothing personal in it
    ("DE", (), "Rechnung 2024-000817 über 1.234,56 EUR vom 03.04.2024."),
    ("DE", (), "Bestellnummer 0301234567 ist unterwegs."),
    ("DE", (), "USt-IdNr. DE123456789, HRB 12345."),
    ("DE", (), "Rechnungsnr. 4500012345, Lieferschein 80012345."),
    ("DE", (), "Am 01.02.2024 und am 03.04.2024 geliefert, 12 Stück."),
    ("DE", (), "Artikelnummer 4006381333931, Menge 1.200."),
    ("DE", (), "Abschnitt 4.1.2.3 des Vertrags gilt."),
    ("DE", (), "Das Passwort ist abgelaufen."),
    ("DE", (), "Termin 12.05.2024 14:30 bis 16:00 Uhr."),
    ("IE", (), "Order no. 0871234567 shipped."),
    ("IE", (), "Claim 2024-03-000412 reserve EUR 75,000.00."),
    ("IE", (), "Policy 123456789012 renews on 2025-01-01."),
    ("GB", (), "Update to version 10.0.19045.3803 first."),
    ("GB", (), "v1.2.3.4 fixes it."),
    ("GB", (), "Card ending 4242 was refunded."),
    ("GB", (), "Reference 4111 1111 1111 1112 fails its check."),
    ("GB", (), "The number 1234567890123456 is our GTIN batch."),
    ("GB", (), "My password does not work."),
    ("GB", (), "He was born in Leeds and moved in 2010."),
    ("US", (), "Invoice 415-22-98765, PO 4500012345."),
    ("US", (), "Tracking 1Z999AA10123456784 delivered."),
    ("US", (), "Between 2019-2024 we sold 1,234,567 units."),
    ("US", (), "ISBN 978-3-16-148410-0 in stock."),
    ("US", (), "GPS 37.7749, -122.4194."),
    ("JP", (), "注文番号 250-1234567-7654321 を確認してください。"),
    ("JP", (), "2024年5月12日に発送しました。合計12,800円です。"),
    ("JP", (), "バージョン2.10.3.1で再現します。"),
    ("JP", (), "型番 WH-1000-0900-12 の在庫はありますか。"),
    ("JP", (), "第3.2.1.4項をご覧ください。"),
    ("PH", (), "License N01-12-345678 is with the LTO."),
    ("PH", (), "Ref 0917-2024-001 and OR 1234567."),
    ("PH", (), "Paid PHP 12,500.00 on 05/12/2024, OR no. 00012345."),
    ("IN", (), "GSTIN 27AAPFU0939F1ZV on the invoice."),
    ("IN", (), "UTR 112233445566778 for Rs 4,50,000."),
    ("IN", (), "Ticket 9876543210 is closed."),
    ("", (), "Meeting at 10:30:45, room 4.12, build 7.1.0.22."),
    ("", (), "Token «IBAN_1» and «EMAIL_2» came redacted."),
    ("", (), "Twitter @example, price 3.50@unit, C++ std::vector."),
    ("", (), "MAC 00:1A:2B:3C:4D:5E on port 8080."),
    ("", (), "UUID 123e4567-e89b-12d3-a456-426614174000."),
    ("", (), "Epoch 1735689600000, hash 9f86d081884c7d65."),
]  # fmt: skip

# Sentences that are rendered again and again with new values, to fill the corpus up.
REPEATED: list[tuple[str, str]] = [
    ("DE", "Bitte erstatten Sie Auftrag {o} auf {iban_de}, Rückfragen an {email}."),
    ("DE", "Frau Muster (geb. {dob_dots}) erreichen Sie unter {phone_de}."),
    ("IE", "Claim {o}: insured, DOB {dob_iso}, called from {phone_ie_plus} about card {card_dashed}."),
    ("GB", "Invoice {o} was paid by card {card}, receipt to {email}."),
    ("JP", "注文番号{o}の件、{phone_jp}または{email}へご連絡ください。"),
    ("PH", "Order {o}: rider called {phone_ph}, TIN {ph_tin}."),
    ("IN", "Case {o}: PAN {in_pan}, Aadhaar {aadhaar}, phone {phone_in_plus}."),
    ("US", "Ticket {o}: SSN {ssn}, reach at {phone_us}, IP {ipv4}."),
]
SIZE = 200


def _render(rng: random.Random, region: str, names: tuple[str, ...], template: str) -> Case:
    text, done, expected = "", 0, set()
    for place in PLACE.finditer(template):
        text += template[done : place.start()]
        done = place.end()
        what, given = place.groups()
        if what == "o":
            text += str(rng.randrange(10**7, 10**8))
            continue
        kind, value = (what.upper(), given) if given else (MAKERS[what][0], MAKERS[what][1](rng))
        expected.add((len(text), len(text) + len(value), kind))
        text += value
    return Case(text + template[done:], region, names, frozenset(expected))


def build() -> list[Case]:
    """The same 200 cases every time."""
    rng = random.Random(SEED)
    cases = [_render(rng, *written) for written in WRITTEN]
    while len(cases) < SIZE:
        region, template = REPEATED[len(cases) % len(REPEATED)]
        cases.append(_render(rng, region, (), template))
    return cases
