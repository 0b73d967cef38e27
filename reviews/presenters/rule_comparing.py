"""Two versions of rules side by side, and what a version in shadow would have done otherwise, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from reviews.domain import rule_changes
from reviews.enums import ChangeKind, Disposition
from reviews.models import RuleSet, ShadowDifference
from reviews.presenters import rule_lines, rules
from reviews.selectors import rulesets
from reviews.selectors.shadows import Page, Tally

_GOES = {
    Disposition.AUTO_RELEASED: "straight through",
    Disposition.REVIEW: "to a person",
    Disposition.QUARANTINED: "kept apart",
}


@dataclass(frozen=True)
class ComparePage:
    code: str
    name: str
    url: str
    old: int
    new: int
    old_label: str
    new_label: str
    versions: list[tuple[int, str]]
    changes: list[rule_lines.ChangeLine]
    summary: str


@dataclass(frozen=True)
class DifferenceLine:
    at: datetime
    interaction: str
    url: str
    step: str
    kind: str
    went: str
    goes: str
    fired: str


@dataclass(frozen=True)
class ShadowPage:
    code: str
    name: str
    number: int
    url: str
    running: bool
    since: datetime | None
    until: datetime | None
    evaluated: int
    differing: int
    kinds: list[tuple[str, int]]
    rows: list[DifferenceLine]
    next_url: str


def page(old: RuleSet, new: RuleSet, versions: Sequence[RuleSet]) -> ComparePage:
    """What `new` changes against `old`, rule by rule."""
    process = new.process
    schema = rulesets.schema(process)
    terms = rulesets.terms(new, schema)
    changes = [
        rule_lines.change(one, schema)
        for one in rule_changes.between(rulesets.terms(old, schema).rules, terms.rules)
    ]
    return ComparePage(
        code=process.code,
        name=process.name,
        url=reverse("reviews:rules_compare", args=[process.code]),
        old=old.version,
        new=new.version,
        old_label=_label(old),
        new_label=_label(new),
        versions=[(one.version, _label(one)) for one in versions],
        changes=changes,
        summary=rule_lines.summary(changes, len(terms.rules)),
    )


def _label(ruleset: RuleSet) -> str:
    return f"v{ruleset.version}, {rules.state_of(ruleset).label.lower()}"


def shadow(ruleset: RuleSet, tally: Tally | None, found: Page) -> ShadowPage:
    """The figures of a shadow and a page of its differences."""
    process = ruleset.process
    return ShadowPage(
        code=process.code,
        name=process.name,
        number=ruleset.version,
        url=reverse("reviews:rules_version", args=[process.code, ruleset.version]),
        running=ruleset.in_shadow,
        since=ruleset.shadowed_at,
        until=ruleset.unshadowed_at,
        evaluated=tally.evaluated if tally else 0,
        differing=tally.differing if tally else 0,
        kinds=[(kind.label, tally.kinds.get(kind, 0)) for kind in ChangeKind] if tally else [],
        rows=[_line(row) for row in found.rows],
        next_url=f"?after={found.after}" if found.after else "",
    )


def _line(row: ShadowDifference) -> DifferenceLine:
    interaction = row.interaction
    case = getattr(interaction, "case", None)
    goes = _GOES[Disposition(row.disposition)]
    if row.queue:
        goes += f" ({row.queue} queue{', by two' if row.needs_second else ''})"
    return DifferenceLine(
        at=row.routed_at,
        interaction=str(interaction.pk),
        url=reverse("reviews:case", args=[case.pk]) if case else "",
        step=interaction.step.name,
        kind=ChangeKind(row.kind).label,
        went=_GOES[Disposition(interaction.routing.disposition)],
        goes=goes,
        fired=", ".join(row.fired),
    )
