"""Words just before a number that say what it is, or that it is no personal data at all."""

import re

_REFERENCES = (
    "order|invoice|inv|purchase order|po|ref|reference|ticket|case|claim|policy|tracking|shipment|parcel|sku|serial|batch|item"
    "|article|part|model|receipt|transaction|contract|quote|licen[cs]e|vat|vat id|vat reg|gtin|ean|isbn|hrb|ust-id|ust-idnr"
    "|rechnung(?:snummer|snr|s-nr)?|bestell(?:ung|nummer|nr|-nr)|auftrag(?:snummer|snr|s-nr)?|kundennummer|kunden-nr|kundennr"
    "|vertrag(?:snummer|snr)?|lieferschein|artikel(?:nummer|nr)?|sendung(?:snummer)?|aktenzeichen"
)
_JAPANESE_REFERENCES = (
    "注文|注文番号|請求書|伝票|伝票番号|受注|型番|商品番号|追跡番号|問い合わせ番号|会員番号|契約番号"
)
_VERSIONS = (
    "version|ver|v|release|build|firmware|rev|revision|section|sec|clause|chapter|para|abschnitt|kapitel|ziffer|fassung|patch"
    "|update|upgrade"
)
_NUMBER = "no|nr|id|number|numbers|nummer|code|ref|reference"
_LINKS = "is|ist|was|lautet|to|auf"
_PHONES = (
    "tel|telephone|phone|mobile|cell|cellphone|call|calls|called|calling|dial|fax|whatsapp|viber|sms|text|ring|contact|hotline"
    "|landline|handy|handynummer|telefon|telefonnummer|mobil|mobilnummer|mobilfunk|rufnummer|rückruf|anrufen|erreichbar|reach|my number"
)

# An order number or a version stays readable, whatever its digits happen to look like.
_REFERENCE = re.compile(
    rf"(?:(?<![a-z])(?:{_REFERENCES})|{_JAPANESE_REFERENCES})"
    rf"(?:[ _-]?(?:{_NUMBER}))?[ .:#=は\-]{{0,4}}(?:(?:{_LINKS}) )?#?$"
)
_VERSION = re.compile(
    rf"(?:(?<![a-z])(?:{_VERSIONS})|§|バージョン|版|第)[ .:=\-]{{0,3}}(?:{_NUMBER}|{_LINKS})?[ .:]{{0,2}}$"
)
_PHONE = re.compile(
    rf"(?:(?<![a-z])(?:{_PHONES})|電話|電話番号|携帯|携帯番号|連絡先|ファックス)[^0-9]{{0,24}}$"
)
_EXCUSE = re.compile(
    rf"(?<![a-z])(?:{_REFERENCES}|{_VERSIONS}|{_NUMBER}|{_LINKS})(?![a-z])|{_JAPANESE_REFERENCES}|[§版第は]|バージョン"
)


def is_reference(before: str) -> bool:
    """Whether the text before a number announces an order, an invoice, a licence or the like."""
    return _REFERENCE.search(before) is not None


def is_version(before: str) -> bool:
    """Whether the text before dotted numbers announces a version or a section."""
    return _VERSION.search(before) is not None


def is_phone(before: str) -> bool:
    """Whether the text before a number announces a telephone number."""
    return _PHONE.search(before) is not None


def may_excuse(text: str) -> bool:
    """Whether a text, once masked, could have been what kept a number after it from being masked."""
    return _EXCUSE.search(text) is not None
