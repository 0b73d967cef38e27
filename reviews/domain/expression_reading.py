"""Expressions read back into conditions: the part of CEL that `expressions.to_cel` writes, and its obvious variants.

One pass over the words, each looked at once, whatever was typed. A mistake in what a comparison means is noted and the
reading goes on; one in the grammar ends it.
"""

from dataclasses import dataclass
from typing import Any

from reviews.domain import conditions, expression_parts
from reviews.domain.expression_cursor import WORDS
from reviews.domain.expression_members import Members
from reviews.domain.expression_mistakes import Mistake, Unreadable, located
from reviews.domain.expression_parts import Condition, Misfit, Part, Subject, Value, as_condition, compared
from reviews.domain.expression_tokens import ARITHMETIC, END, NAME, NUMBER, SIGN, TEXT, Token, tokens
from reviews.domain.fields import Schema

MAX_LENGTH = 8_000
_MOST_BRACKETS = 50
_RELATIONS = frozenset([">=", ">", "<=", "<", "==", "!="])


@dataclass(frozen=True, slots=True)
class Reading:
    """The condition that was read, or everything that keeps the text from being one."""

    tree: dict[str, Any] | None
    mistakes: tuple[Mistake, ...] = ()


def read(text: str, schema: Schema) -> Reading:
    """The condition that `text` says over `schema`."""
    if len(text) > MAX_LENGTH:
        sentence = f"An expression may have at most {MAX_LENGTH:,} characters; this has {len(text):,}."
        return Reading(None, (located(text[:MAX_LENGTH], sentence, 0, 1),))
    if not text.strip():
        return Reading(None, (located("", "Say when the rule fires, such as amount >= 5000.0.", 0, 1),))
    try:
        reader = _Reader(tokens(text), schema)
        tree = reader.whole()
    except Unreadable as stop:
        return Reading(None, (located(text, stop.sentence, stop.start, stop.end),))
    if tree is None or reader.misfits:
        return Reading(None, tuple(located(text, one.sentence, one.start, one.end) for one in reader.misfits))
    return Reading(tree)


class _Reader(Members):
    def __init__(self, words: list[Token], schema: Schema) -> None:
        super().__init__(words, schema)
        self.places: dict[int, Part] = {}

    def whole(self) -> dict[str, Any] | None:
        """The condition of the whole expression; None where something in it is wrong."""
        part = self._condition(self._alternatives())
        if self.word.kind != END:
            raise self.unexpected("Here the expression should end, or go on with “&&” or “||”.")
        if part.tree is None or self.misfits:
            return None
        for problem in conditions.check(part.tree, self.schema):
            at = self._place(part, problem.path)
            self.note(Misfit(problem.sentence, at.start, at.end))
        return part.tree

    # ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────

    def _alternatives(self) -> Part:
        parts = [self._together()]
        while self.stands("||"):
            self.take()
            parts.append(self._together())
        return self._group("any", parts)

    def _together(self) -> Part:
        parts = [self._relation()]
        while self.stands("&&"):
            self.take()
            parts.append(self._relation())
        return self._group("all", parts)

    def _group(self, kind: str, parts: list[Part]) -> Part:
        if len(parts) == 1:
            return parts[0]
        members = [self._condition(part) for part in expression_parts.banded(kind, parts)]
        group = Condition(start=members[0].start, end=members[-1].end)
        trees = [member.tree for member in members if member.tree is not None]
        if len(trees) == len(members):
            group.tree = trees[0] if len(trees) == 1 else {kind: trees}
        return self._placed(group)

    def _condition(self, part: Part) -> Condition:
        try:
            return self._placed(as_condition(part))
        except Misfit as misfit:
            self.note(misfit)
            return Condition(start=part.start, end=part.end)

    def _placed(self, part: Condition) -> Condition:
        if part.tree is not None:
            self.places[id(part.tree)] = part
        return part

    def _place(self, whole: Condition, pointer: str) -> Part:
        """Where the node stands that a pointer into the tree speaks of."""
        node: Any = whole.tree
        found: Part = whole
        for step in pointer.split("/")[1:]:
            node = node[int(step)] if isinstance(node, list) else node.get(step)
            found = self.places.get(id(node), found)
        return found

    # ── Comparisons ──────────────────────────────────────────────────────────────────────────────────────────

    def _relation(self) -> Part:
        left = self._turned()
        word = self.word
        if not (word.kind == SIGN and word.text in _RELATIONS or word.kind == NAME and word.text == "in"):
            return left
        self.take()
        right = self._turned()
        if self.word.kind == NAME and isinstance(right, Value) and right.kind == "number":
            self._check_unit(left)
        if self.word.kind == SIGN and self.word.text in _RELATIONS:
            raise self.unexpected("Compare two things at a time, and join the comparisons by “&&”.")
        if _told(left) or _told(right):
            return Condition(start=left.start, end=right.end)
        try:
            return compared(left, word.text, right, self.schema)
        except Misfit as misfit:
            self.note(misfit)
            return Condition(start=left.start, end=right.end)

    def _check_unit(self, left: Part) -> None:
        """What stands after a number: the currency of its field, or another one."""
        word = self.word
        if not isinstance(left, Subject) or left.field is None or not (unit := left.field.unit):
            return
        if word.text == unit or (len(word.text) == 3 and word.text.isupper()):
            also = "" if word.text == unit else f" {word.text} would have to be converted first."
            sentence = f"{left.field.name} is counted in {unit}: write the number alone.{also}"
            raise Unreadable(sentence, word.start, word.end)

    def _turned(self) -> Part:
        """A member with the `!` before it."""
        if self.stands("-"):
            return self._negative()
        signs = []
        while self.stands("!"):
            signs.append(self.take())
            if len(signs) > _MOST_BRACKETS:
                raise self.unexpected("There are too many “!” in a row.")
        part = self._member()
        for sign in reversed(signs):
            part = self._opposite(sign, part)
        return part

    def _opposite(self, sign: Token, part: Part) -> Part:
        bare = not part.brackets
        turned = self._condition(part)
        tree = turned.tree
        if tree is None:
            return Condition(start=sign.start, end=part.end)
        if bare and isinstance(part, Subject):
            tree = {**tree, "value": False}
        elif bare and turned.asks:
            tree = {**tree, "op": "has_none"}
        elif part.brackets == 1 and tree.get("op") == "in" and self.schema[tree["field"]].type == "choice":
            tree = {**tree, "op": "not_in"}
        else:
            tree = {"not": tree}
        return self._placed(Condition(start=sign.start, end=part.end, tree=tree))

    def _negative(self) -> Part:
        sign = self.take()
        if self.word.kind != NUMBER:
            raise Unreadable(ARITHMETIC, sign.start, sign.end)
        number = self.take()
        return Value(start=sign.start, end=number.end, kind="number", value=f"-{number.text}")

    # ── Members ──────────────────────────────────────────────────────────────────────────────────────────────

    def _member(self) -> Part:
        word = self.word
        if self.stands("("):
            return self._bracketed()
        if self.stands("["):
            listed = self.listed()
            return self.all_of(listed) if self.stands(".") else listed
        if word.kind in {NUMBER, TEXT}:
            self.take()
            return Value(
                start=word.start,
                end=word.end,
                kind="number" if word.kind == NUMBER else "text",
                value=word.text,
            )
        if word.kind == NAME and word.text in {"true", "false"}:
            self.take()
            return Value(start=word.start, end=word.end, kind="boolean", value=word.text == "true")
        if word.kind == NAME and word.text.casefold() not in WORDS:
            return self.spoken_of()
        raise self.unexpected("Here a field is expected, or a group in brackets.")

    def _bracketed(self) -> Part:
        opened = self.take()
        self.brackets += 1
        if self.brackets > _MOST_BRACKETS:
            raise Unreadable(
                f"Brackets may be nested at most {_MOST_BRACKETS} deep.", opened.start, opened.end
            )
        part = self._alternatives()
        if self.word.kind == END:
            raise Unreadable("This bracket is never closed.", opened.start, opened.end)
        closed = self.expect(")", "Here the bracket should close, or go on with “&&” or “||”.")
        self.brackets -= 1
        part.start, part.end, part.brackets = opened.start, closed.end, part.brackets + 1
        return part


def _told(part: Part) -> bool:
    """Whether the part is a mistake that has been told already."""
    if isinstance(part, Condition):
        return part.tree is None
    return isinstance(part, Subject) and part.field is None
