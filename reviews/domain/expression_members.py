"""What an expression may speak of: fields with what is asked of them, and lists of texts."""

from reviews.domain import expression_parts
from reviews.domain.expression_cursor import Cursor
from reviews.domain.expression_mistakes import Unreadable
from reviews.domain.expression_parts import BAND_SIDES, Condition, Misfit, Part, Subject, Value
from reviews.domain.expression_tokens import NAME, NUMBER, TEXT

_LIKE_THIS = 'Write it like this: exists(member, member in ["…"]).'


class Members(Cursor):
    """Reads one field, or one list, with everything that belongs to it."""

    def spoken_of(self) -> Part:
        """A field with what is asked of it."""
        word = self.take()
        if word.text == "null":
            raise Unreadable(
                "A missing fact cannot be asked for: it goes to a person by itself.", word.start, word.end
            )
        if self.stands("("):
            raise Unreadable(f"There is no function “{word.text[:40]}” here.", word.start, word.end)
        part = Subject(start=word.start, end=word.end)
        try:
            part.field, part.folded = expression_parts.field_of(word.text, self.schema, word.start, word.end)
        except Misfit as misfit:
            self.note(misfit)
        if self.stands("["):
            self._window(part)
        if self.stands("."):
            return self._asked(part)
        return part

    def _window(self, part: Subject) -> None:
        self.take()
        hours = self.word
        if hours.kind != NUMBER or "." in hours.text or len(hours.text) > 5:
            raise self.unexpected("Between the brackets stand whole hours, such as [24].")
        self.take()
        part.end = self.expect("]", "Close the hours with ].").end
        part.hours = int(hours.text)
        if part.field is not None and not part.field.cumulative:
            self.note(Misfit(f"{part.field.name} is not added up over hours.", hours.start, hours.end))
            part.field = None

    def _asked(self, part: Subject) -> Part:
        self.take()
        word = self.take()
        if word.kind != NAME:
            raise Unreadable(
                "After the point stands what is asked of the field.",
                word.start,
                max(word.end, word.start + 1),
            )
        field = part.field
        if not self.stands("("):
            part.end, part.side = word.end, word.text
            if field is not None and not (field.type == "variance" and word.text in BAND_SIDES):
                self.note(
                    Misfit(
                        f"{field.name} has no “{word.text[:40]}”. {expression_parts.how(field)}",
                        part.start,
                        word.end,
                    )
                )
                part.field = None
            return part
        if word.text not in {"contains", "exists"}:
            raise Unreadable(f"There is no function “{word.text[:40]}” here.", word.start, word.end)
        self.take()
        if word.text == "contains":
            members, op = self._one_text(), "contains"
        else:
            members, op = self._one_of_them(), "has_any"
        closed = self.expect(")", "Here the bracket should close.")
        if field is None:
            return Condition(start=part.start, end=closed.end)
        try:
            return expression_parts.asked(field, op, members, self.schema, part.start, closed.end)
        except Misfit as misfit:
            self.note(misfit)
            return Condition(start=part.start, end=closed.end)

    def _one_text(self) -> Value:
        word = self.word
        if word.kind != TEXT:
            raise self.unexpected('Here stands what is searched, in quotes, such as "legal".')
        self.take()
        return Value(start=word.start, end=word.end, value=word.text)

    def _one_of_them(self) -> Value:
        """`member, member in [...]`, or `member, member == "..."`."""
        self._variable()
        if self.stands("=="):
            self.take()
            one = self._one_text()
            return Value(start=one.start, end=one.end, kind="list", value=[one.value])
        if not (self.word.kind == NAME and self.word.text == "in"):
            raise self.unexpected(_LIKE_THIS)
        self.take()
        if not self.stands("["):
            raise self.unexpected('Here stands a list of texts, such as ["health", "minors"].')
        return self.listed()

    def _variable(self) -> None:
        first = self.take()
        self.expect(",", _LIKE_THIS)
        second = self.take()
        if (
            first.kind != NAME
            or second.kind != NAME
            or first.text != second.text
            or first.text in self.schema
        ):
            raise Unreadable(
                "Before and after the comma stands the same word, such as member.", first.start, second.end
            )

    def all_of(self, listed: Value) -> Part:
        """`[...].all(member, member in field)`."""
        self.take()
        word = self.take()
        if word.kind != NAME or word.text != "all":
            raise Unreadable(
                "A list is asked by .all(member, member in …).", word.start, max(word.end, word.start + 1)
            )
        self.expect("(", "Here a bracket opens.")
        self._variable()
        if not (self.word.kind == NAME and self.word.text == "in"):
            raise self.unexpected("Here stands “in” and the field.")
        self.take()
        if self.word.kind != NAME:
            raise self.unexpected("Here stands a field.")
        name = self.take()
        closed = self.expect(")", "Here the bracket should close.")
        try:
            field, _folded = expression_parts.field_of(name.text, self.schema, name.start, name.end)
            return expression_parts.asked(field, "has_all", listed, self.schema, listed.start, closed.end)
        except Misfit as misfit:
            self.note(misfit)
            return Condition(start=listed.start, end=closed.end)

    def listed(self) -> Value:
        opened = self.take()
        members: list[str] = []
        while not self.stands("]"):
            word = self.word
            if word.kind != TEXT:
                raise self.unexpected('A list holds texts in quotes, such as ["DE", "FR"].')
            members.append(self.take().text)
            if not self.stands("]"):
                self.expect(",", "Between the members of a list stands a comma, at its end ].")
        closed = self.take()
        return Value(start=opened.start, end=closed.end, kind="list", value=members)
