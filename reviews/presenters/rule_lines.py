"""Single rules in words: as sentences, and as what a version changes in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reviews.domain import conditions, rule_changes, sentences
from reviews.domain.expressions import to_cel
from reviews.domain.fields import Schema
from reviews.domain.routing import Effect, Rule
from reviews.domain.rule_words import EFFECTS, SEVERITIES
from reviews.domain.written_values import hint


@dataclass(frozen=True)
class RuleLine:
    """One rule: "If amount is at least €5,000 → human review, severity 3"."""

    code: str
    name: str
    condition: str
    effect: str
    severity: int
    severity_words: str
    trigger_class: str
    locked: bool
    rationale: str
    expert: str
    edit_url: str

    @property
    def sentence(self) -> str:
        return f"If {self.condition} → {self.effect}, severity {self.severity}"


@dataclass(frozen=True)
class ChangeLine:
    """One rule that differs. `marks` names what else differs than the sentence."""

    label: str
    hue: str
    icon: str
    code: str
    before: str
    after: str
    marks: str
    before_parts: list[tuple[str, str]]
    after_parts: list[tuple[str, str]]


def line(rule: Rule, schema: Schema, edit_url: str = "") -> RuleLine:
    """One rule in words."""
    readable = not conditions.check(rule.condition, schema)
    return RuleLine(
        code=rule.code,
        name=rule.name,
        condition=sentences.sentence(rule.condition, schema)
        if readable
        else "(this condition cannot be read)",
        effect=EFFECTS[Effect(rule.effect)],
        severity=rule.severity,
        severity_words=SEVERITIES[rule.severity],
        trigger_class=rule.trigger_class,
        locked=rule.legal_lock,
        rationale=rule.rationale,
        expert=to_cel(rule.condition, schema) if readable else "",
        edit_url=edit_url,
    )


_CHANGES = {
    rule_changes.Kind.ADDED: ("Added", "good", "check"),
    rule_changes.Kind.REMOVED: ("Removed", "bad", "bad"),
    rule_changes.Kind.CHANGED: ("Changed", "warn", "arrow"),
    rule_changes.Kind.MOVED: ("Moved", "info", "arrow"),
}
_MARKS = {
    "name": "name",
    "trigger_class": "trigger class",
    "legal_lock": "legal lock",
    "rationale": "rationale",
}


def _parts(before: str, after: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both sentences in pieces, word by word: what only one of them says is marked."""
    old, new = before.split(" "), after.split(" ")
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = kind == "equal"
        if a < b:
            left.append(("=" if same else "-", " ".join(old[a:b]) + " " * (b < len(old))))
        if c < d:
            right.append(("=" if same else "+", " ".join(new[c:d]) + " " * (d < len(new))))
    return left, right


def change(found: rule_changes.Change, schema: Schema) -> ChangeLine:
    """What became of one rule, in words on both sides."""
    label, hue, icon = _CHANGES[found.kind]
    before, after = found.before, found.after
    marks = ""
    if before is not None and after is not None:
        marks = ", ".join(
            [words for name, words in _MARKS.items() if getattr(before, name) != getattr(after, name)]
            + (["order"] if found.moved else [])
        )
    said = line(before, schema, "").sentence if before else ""
    says = line(after, schema, "").sentence if after else ""
    left, right = _parts(said, says) if said and says else ([("-", said)], [("+", says)])
    return ChangeLine(
        label=label,
        hue=hue,
        icon=icon,
        code=found.code,
        before=said,
        after=says,
        marks=marks,
        before_parts=left,
        after_parts=right,
    )


def summary(changes: Sequence[ChangeLine], size: int) -> str:
    """How much differs: "1 added, 2 changed, 40 unchanged"."""
    if not changes:
        return "Nothing differs."
    counted = [
        (sum(one.label == label for one in changes), label.lower())
        for label, _hue, _icon in _CHANGES.values()
    ]
    told = ", ".join(f"{count} {label}" for count, label in counted if count)
    same = size - sum(one.label != "Removed" for one in changes)
    return f"{told}, {same} unchanged"


def askable(schema: Schema) -> list[tuple[str, str, str]]:
    """What rules may ask about: its label, what can be typed for it, and its name in expressions."""
    return [
        (one.label, f"{hint(one)}{', added up over some hours' if one.cumulative else ''}", one.name)
        for one in schema.values()
    ]
