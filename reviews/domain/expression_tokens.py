"""The words of an expression: one pass from left to right, a character at a time, without going back."""

from dataclasses import dataclass

from contracts.domain.money import SYMBOLS
from reviews.domain.expression_mistakes import Unreadable

NAME, NUMBER, TEXT, SIGN, END = "name", "number", "text", "sign", "end"

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS = frozenset("0123456789")
_SPACES = frozenset(" \t\r\n")
_PAIRS = frozenset(["&&", "||", ">=", "<=", "==", "!="])
_SINGLES = frozenset("()[],.!<>-")
_ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    **dict.fromkeys("\\\"'`?"),
}
_HEXADECIMAL = {"x": 2, "X": 2, "u": 4, "U": 8}
_CURRENCIES = frozenset(SYMBOLS.values())
ARITHMETIC = "There is no arithmetic here: work it out and write the number itself."
_STRANGERS = {
    "=": "Write “==” where two things are to be the same.",
    "&": "Write “&&” for “and”.",
    "|": "Write “||” for “or”.",
    "≥": "Write “>=” for “at least”.",
    "≤": "Write “<=” for “at most”.",
    "≠": "Write “!=” for “is not”.",
    "?": "There is no “? :” here: write one rule for each case.",
    ":": "There is no “? :” here: write one rule for each case.",
    ";": "One rule is one expression: join its parts by “&&” or “||”.",
    "{": "There are no curly brackets here: groups stand in round ones.",
    "}": "There are no curly brackets here: groups stand in round ones.",
    "−": "Write a plain minus sign “-”.",
    **dict.fromkeys("“”„«»‘’", 'Write texts in straight quotes, such as "DE".'),
    **dict.fromkeys("+*/%", ARITHMETIC),
    **dict.fromkeys(_CURRENCIES, "Write the amount without a sign of currency: the field has its own."),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `text` is what it says: of a text, what stands between its quotes."""

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Every word of the expression, and its end. Raises Unreadable at the first that is none."""
    found: list[Token] = []
    at, size = 0, len(source)
    while at < size:
        character = source[at]
        if character in _SPACES:
            at += 1
            continue
        if character in _LETTERS:
            token = _name(source, at)
        elif character in _DIGITS:
            token = _number(source, at)
        elif character in "\"'":
            token = _text(source, at)
        elif source[at : at + 2] in _PAIRS:
            token = Token(SIGN, source[at : at + 2], at, at + 2)
        elif character in _SINGLES:
            token = Token(SIGN, character, at, at + 1)
        else:
            raise Unreadable(_strange(character), at, at + 1)
        found.append(token)
        at = token.end
    found.append(Token(END, "", size, size))
    return found


def _strange(character: str) -> str:
    if sentence := _STRANGERS.get(character):
        return sentence
    if character.isprintable():
        return f"“{character}” means nothing here. Texts stand in quotes."
    return f"There is an invisible character here (U+{ord(character):04X}): take it out."


def _name(source: str, start: int) -> Token:
    end = start
    while end < len(source) and (source[end] in _LETTERS or source[end] in _DIGITS):
        end += 1
    if end < len(source) and source[end] in "\"'":
        raise Unreadable("A text begins with its quote: nothing stands directly before it.", start, end + 1)
    return Token(NAME, source[start:end], start, end)


def _number(source: str, start: int) -> Token:
    end, size = start, len(source)
    while end < size and source[end] in _DIGITS:
        end += 1
    if end + 1 < size and source[end] == "." and source[end + 1] in _DIGITS:
        end += 1
        while end < size and source[end] in _DIGITS:
            end += 1
    if end < size and (source[end] in _LETTERS or source[end] == "."):
        while end < size and (source[end] in _LETTERS or source[end] in _DIGITS or source[end] == "."):
            end += 1
        raise Unreadable("Write a plain number, such as 5000.0 or 0.9, and nothing after it.", start, end)
    return Token(NUMBER, source[start:end], start, end)


def _text(source: str, start: int) -> Token:
    quote, at, size = source[start], start + 1, len(source)
    if source[start : start + 3] == quote * 3:
        raise Unreadable("One quote begins a text, and one ends it.", start, start + 3)
    parts: list[str] = []
    while at < size:
        character = source[at]
        if character == quote:
            return Token(TEXT, "".join(parts), start, at + 1)
        if character == "\n":
            break
        if character == "\\":
            part, at = _escaped(source, at)
            parts.append(part)
        else:
            parts.append(character)
            at += 1
    raise Unreadable(f"This text has no end: close it with {quote}.", start, at)


def _escaped(source: str, start: int) -> tuple[str, int]:
    """What a backslash and what follows it stand for, and where the text goes on."""
    letter = source[start + 1 : start + 2]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter] or letter, start + 2
    if letter in _HEXADECIMAL and letter:
        end = start + 2 + _HEXADECIMAL[letter]
        digits = source[start + 2 : end]
        if end - start - 2 == len(digits) and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            number = int(digits, 16)
            if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
                return chr(number), end
    if letter and letter in "0123":
        digits = source[start + 1 : start + 4]
        if len(digits) == 3 and all(digit in "01234567" for digit in digits):
            return chr(int(digits, 8)), start + 4
    raise Unreadable('After a backslash comes \\, ", n, r, t or uXXXX.', start, start + 2)
