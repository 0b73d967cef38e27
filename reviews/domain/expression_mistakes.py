"""What is wrong with an expression somebody typed: in a sentence, with line, column and the place marked."""

from dataclasses import dataclass

_WIDTH = 60


class Unreadable(Exception):
    """The expression cannot be read on from here."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.sentence, self.start, self.end = sentence, start, end


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. `excerpt` is the part of its line around it, `caret` the mark to print below."""

    sentence: str
    line: int
    column: int
    excerpt: str
    caret: str

    def told(self) -> str:
        """The mistake with its place, in one line of text."""
        return f"Line {self.line}, column {self.column}: {self.sentence}"


def located(text: str, sentence: str, start: int, end: int) -> Mistake:
    """The mistake that stands at these characters of the text."""
    start = min(start, len(text))
    begins = text.rfind("\n", 0, start) + 1
    ends = text.find("\n", start)
    ends = len(text) if ends < 0 else ends
    left = max(begins, start - _WIDTH // 2)
    right = min(ends, left + _WIDTH)
    marked = max(1, min(end, right) - start)
    # What has no width of its own, or turns the line round, would put the mark somewhere else.
    shown = "".join(character if character.isprintable() else "·" for character in text[left:right])
    before, after = "…" if left > begins else "", "…" if right < ends else ""
    return Mistake(
        sentence=sentence,
        line=text.count("\n", 0, start) + 1,
        column=start - begins + 1,
        excerpt=f"{before}{shown}{after}",
        caret=" " * (len(before) + start - left) + "^" * marked,
    )
