"""Texts that people and agents send along with what they do: questions, answers, reasons, notes."""

from audit.errors import Invalid

LONGEST = 10_000


def clean(text: str, field: str, *, required: str = "", longest: int = LONGEST) -> str:
    """The text without blanks around it. Raises Invalid at `field` where it is empty and `required` gives the sentence
    for that, where it is longer than `longest` characters, or where no database could hold it."""
    text = text.strip()
    if required and not text:
        raise Invalid("text_required", required, field)
    if len(text) > longest:
        raise Invalid("text_long", f"At most {longest:,} characters.", field)
    if not storable(text):
        raise Invalid("text_broken", "This text has characters that cannot be stored.", field)
    return text


def storable(text: str) -> bool:
    """Whether every database can hold the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
