"""What the key of a JSON object says about its value, and which keys need no look at all."""

import re
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN = re.compile(r"[a-z_]{1,23}\Z")
_FIELD_NAME = re.compile(r"[a-z](?:[a-zA-Z_\-]|[0-9](?![0-9])){0,63}\Z")
_TITLE = re.compile(r"(?:[^0-9@«»\x00]|[0-9](?![0-9])){1,64}\Z")
_EXCUSES = frozenset({"order: ", "version: "})
_IDENTIFIER = re.compile(r"[a-z][a-zA-Z0-9_\-]{0,63}\Z")

_REFERENCES = (
    r"\b(?:order|invoice|ticket|case|claim|policy|tracking|reference|ref|receipt|contract|transaction|item|sku|serial|batch)"
    r"(?: (?:id|no|nr|number|ref|code))?$|rechnung|bestell|auftrag|注文|請求書"
)
# The first that fits decides; the context is put before the value where the recognisers can read it.
_CONTEXTS = tuple(
    (re.compile(pattern), context)
    for pattern, context in (
        (r"passwor[dt]|passwd|\bpwd\b|passphrase|passcode|kennwort|パスワード|暗証番号", "password: "),
        (
            r"\b(?:api|access|private|secret) ?key\b|secret$|(?:^|access |auth |api |refresh )token$",
            "password: ",
        ),
        (
            r"date of birth|birth ?da(?:te|y)|\bdob\b|\bborn\b|geburtsdatum|geburtstag|生年月日|誕生日",
            "date of birth: ",
        ),
        (r"passport|reisepass|旅券|パスポート", "passport: "),
        (r"\bssn\b|social security", "ssn: "),
        (r"\bsss\b", "sss: "),
        (r"\bnino\b|national insurance", "nino: "),
        (r"\bnhs\b", "nhs: "),
        (r"aadhaa?r", "aadhaar: "),
        (r"my ?number|マイナンバー|個人番号", "my number: "),
        (r"steuer ?id|\bidnr\b|\btin\b|tax id|taxpayer", "tin: "),
        (r"phone|mobile|\btel\b|telefon|\bfax\b|\bcell\b|handy|whatsapp|電話|携帯", "phone: "),
        (r"version|firmware|release|build", "version: "),
        (
            _REFERENCES,
            "order: ",
        ),
    )
)


@lru_cache(maxsize=4096)
def context_of(key: str) -> str:
    """The words a value would have before it if the key were written out, such as "passport: "; often none.

    Only a field name may excuse its value ("order: "). In any other key a word could be a customer's name;
    masking that must not bring out what the first look has left.
    """
    if _TITLE.match(key) is None:
        return ""
    words = _HUMP.sub(" ", key).replace("_", " ").replace("-", " ").lower()
    context = next((context for pattern, context in _CONTEXTS if pattern.search(words)), "")
    return context if context not in _EXCUSES or _FIELD_NAME.match(key) else ""


@lru_cache(maxsize=4096)
def is_plain_key(key: str) -> bool:
    """Whether a key is so short and plain that no recogniser could find anything in it."""
    return _PLAIN.match(key) is not None


@lru_cache(maxsize=4096)
def is_identifier(key: str) -> bool:
    """Whether a key looks like a field name; a customer called Price must not break the field `price`."""
    return _IDENTIFIER.match(key) is not None
