"""Reading an expression word by word: what stands here, what was expected, what is wrong."""

from reviews.domain.expression_mistakes import Unreadable
from reviews.domain.expression_parts import Misfit
from reviews.domain.expression_tokens import ARITHMETIC, END, NAME, NUMBER, SIGN, Token
from reviews.domain.fields import Schema

WORDS = {"and": "&&", "or": "||", "not": "!"}
_MOST_MISTAKES = 10


class Cursor:
    """A place among the words, which only moves on, and the mistakes seen so far."""

    def __init__(self, words: list[Token], schema: Schema) -> None:
        self.words, self.schema = words, schema
        self.at = self.brackets = 0
        self.misfits: list[Misfit] = []

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def stands(self, sign: str) -> bool:
        return self.word.kind == SIGN and self.word.text == sign

    def take(self) -> Token:
        word = self.words[self.at]
        self.at += word.kind != END
        return word

    def expect(self, sign: str, sentence: str) -> Token:
        if not self.stands(sign):
            raise self.unexpected(sentence)
        return self.take()

    def unexpected(self, sentence: str) -> Unreadable:
        word, before = self.word, self.words[max(self.at - 1, 0)]
        end = max(word.end, word.start + 1)
        if word.kind == NAME and word.text.casefold() in WORDS:
            sentence = f"Write “{WORDS[word.text.casefold()]}” for “{word.text}”."
        elif word.kind == NAME and before.kind == NUMBER:
            sentence = f"Write the number alone: “{word.text[:20]}” cannot stand after it."
        elif word.text == "," and before.kind == NUMBER and self.words[self.at + 1].kind == NUMBER:
            sentence = "Write the number without a comma for thousands, such as 5000.0."
        elif word.text == "-" and before.kind in {NUMBER, NAME}:
            sentence = ARITHMETIC
        elif word.text == ")" and not self.brackets:
            sentence = "This bracket closes nothing."
        return Unreadable(sentence, word.start, end)

    def note(self, misfit: Misfit) -> None:
        self.misfits.append(misfit)
        if len(self.misfits) >= _MOST_MISTAKES:
            raise misfit
