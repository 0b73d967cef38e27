"""The editor of one rule: its condition as rows or as an expression, what it says so far, and what changed meanwhile."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.forms import Form

from reviews.domain import sentences
from reviews.domain.expression_mistakes import Mistake
from reviews.domain.expressions import to_cel
from reviews.domain.fields import Schema
from reviews.domain.routing import Effect, Rule
from reviews.domain.rule_words import EFFECTS
from reviews.presenters import rule_lines
from reviews.presenters.condition_rows import Problem, Rows
from reviews.presenters.rule_lines import RuleLine


@dataclass(frozen=True)
class Preview:
    """What the rule says as far as it is written."""

    condition: str = ""
    effect: str = ""
    severity: str = ""
    expression: str = ""


@dataclass(frozen=True)
class Side:
    """One line of a rule as two people have it."""

    label: str
    theirs: str
    yours: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.yours


@dataclass(frozen=True)
class Meanwhile:
    """What has become of the draft since the form was opened; `sides` where this very rule differs now."""

    others: list[str] = field(default_factory=list)
    gone: bool = False
    sides: list[Side] = field(default_factory=list)


@dataclass(frozen=True)
class Editor:
    """The page of the editor. `problems` are the mistakes of the condition, for the summary above the form."""

    code: str
    name: str
    version: int
    url: str
    back_url: str
    is_text: bool
    rows: Rows
    text: str
    mistakes: Sequence[Mistake]
    problems: list[Problem]
    general: list[str]
    preview: Preview
    opened: str
    classes: list[str]
    askable: list[tuple[str, str, str]]
    existing: RuleLine | None
    like: str = ""
    meanwhile: Meanwhile | None = None
    sentence: str = ""
    unread: bool = False
    focus_text: bool = False


def problems(form: Form, rows: Rows, mistakes: Sequence[Mistake], general: Sequence[str]) -> list[Problem]:
    """Everything that is wrong, in the order in which it stands on the page."""
    found = [Problem("", "", str(sentence)) for sentence in form.non_field_errors()] if form.is_bound else []
    wrong = [one for one in form if one.errors] if form.is_bound else []
    told = [Problem(one.auto_id, str(one.label), " ".join(map(str, one.errors))) for one in wrong]
    before = [one for one in told if one.anchor in {"id_code", "id_name"}]
    condition = [Problem("c-join", "Condition", sentence) for sentence in general]
    condition += [Problem("expression", "Expression", one.told()) for one in mistakes]
    return [*found, *before, *condition, *rows.problems, *(one for one in told if one not in before)]


def preview(tree: Mapping[str, Any] | None, schema: Schema, effect: str, severity: str) -> Preview:
    """The sentence so far; empty while the condition is not complete."""
    if tree is None:
        return Preview()
    return Preview(
        condition=sentences.sentence(tree, schema),
        effect=EFFECTS[Effect(effect)] if effect in set(Effect) else "",
        severity=severity,
        expression=to_cel(tree, schema),
    )


def opened(rules: Sequence[Rule]) -> str:
    """A mark for each rule of a draft as the form found it, to tell later what somebody else changed."""
    return " ".join(f"{rule.code}:{_mark(rule)}" for rule in rules)


def _mark(rule: Rule) -> str:
    told = json.dumps(asdict(rule), sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def meanwhile(marks: str, rules: Sequence[Rule], mine: Rule | None, code: str, schema: Schema) -> Meanwhile:
    """What differs between the draft as the form found it and the draft as it is; `mine` is the rule as typed."""
    before = dict(mark.split(":", 1) for mark in marks.split(" ")[:500] if ":" in mark)
    now = {rule.code: rule for rule in rules}
    others = [
        f"{one.code} was {'changed' if one.code in before else 'added'}."
        for one in rules
        if one.code != code and before.get(one.code) != _mark(one)
    ]
    others += [f"{one[:20]} was removed." for one in before if one not in now and one != code]
    theirs = now.get(code)
    if theirs is None:
        return Meanwhile(others, gone=code in before)
    if before.get(code) == _mark(theirs):
        return Meanwhile(others)
    return Meanwhile(others, sides=_sides(theirs, mine, schema))


def _sides(theirs: Rule, mine: Rule | None, schema: Schema) -> list[Side]:
    now = rule_lines.line(theirs, schema)
    yours = rule_lines.line(mine, schema) if mine else None
    return [
        Side(label, getattr(now, name), getattr(yours, name) if yours else "as typed below")
        for label, name in (
            ("Name", "name"),
            ("If", "condition"),
            ("Then", "effect"),
            ("Severity", "severity_words"),
            ("Trigger class", "trigger_class"),
            ("Why this rule", "rationale"),
        )
    ]
