"""Rules as their pages show them: ordered sentences, versions, and what a draft changes, all in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.models import Process, User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain import rule_changes
from reviews.domain.rule_lint import LintProblem
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.presenters import rule_life, rule_lines
from reviews.presenters.rule_life import Button
from reviews.selectors import rulesets
from reviews.selectors.rulesets import History, Overview
from reviews.selectors.shadows import Tally

_HUES = {
    RuleSetState.ACTIVE: "good",
    RuleSetState.PROPOSED: "warn",
    RuleSetState.SIMULATED: "warn",
    RuleSetState.APPROVED: "info",
    RuleSetState.DRAFT: "info",
    RuleSetState.REJECTED: "bad",
    RuleSetState.SUPERSEDED: "neutral",
    RuleSetState.DISCARDED: "neutral",
}
_LABELS = {
    RuleSetState.ACTIVE: "In force",
    RuleSetState.PROPOSED: "Proposed",
    RuleSetState.SIMULATED: "Simulated, waits for approval",
    RuleSetState.APPROVED: "Approved, waits for its time",
    RuleSetState.DRAFT: "Draft",
    RuleSetState.REJECTED: "Sent back",
    RuleSetState.SUPERSEDED: "Replaced",
    RuleSetState.DISCARDED: "Discarded",
}


@dataclass(frozen=True)
class VersionLine:
    number: int
    state: State
    url: str
    current: bool
    note: str
    author: str
    drafted_at: datetime
    decided_by: str
    decided_at: datetime | None
    sent_back: bool
    activated_at: datetime | None
    superseded_at: datetime | None


@dataclass(frozen=True)
class ProcessLine:
    code: str
    name: str
    client: str
    url: str
    version: int | None
    size: int
    since: datetime | None
    open: list[tuple[str, str, State]]


@dataclass(frozen=True)
class RulesPage:
    """A version of the rules of a process; without `number` there is none in force."""

    code: str
    name: str
    url: str
    number: int | None = None
    state: State | None = None
    kind: str = ""
    story: str = ""
    decision_note: str = ""
    note: str = ""
    edits: int = 0
    rules: list[rule_lines.RuleLine] = field(default_factory=list)
    changes: list[rule_lines.ChangeLine] = field(default_factory=list)
    compared: int | None = None
    summary: str = ""
    outdated: str = ""
    problems: list[str] = field(default_factory=list)
    versions: list[VersionLine] = field(default_factory=list)
    older_url: str = ""
    steps: list[rule_life.Step] = field(default_factory=list)
    emergency: rule_life.Emergency | None = None
    shadow: rule_life.ShadowSection | None = None
    activate_at: datetime | None = None
    waits_for: str = ""
    compare_url: str = ""
    draft: Button | None = None
    propose: Button | None = None
    approve: Button | None = None
    reject: Button | None = None
    emergency_button: Button | None = None
    call_off: Button | None = None
    restore: Button | None = None
    add_url: str = ""
    remove_url: str = ""
    own_draft_url: str = ""
    own_draft: int | None = None


def overview(found: Sequence[Overview]) -> list[ProcessLine]:
    return [
        ProcessLine(
            code=one.process.code,
            name=one.process.name,
            client=one.process.client.name,
            url=reverse("reviews:rules_active", args=[one.process.code]),
            version=one.active.version if one.active else None,
            size=getattr(one.active, "size", 0),
            since=one.active.activated_at if one.active else None,
            open=[
                (
                    f"v{ruleset.version} by {ruleset.author.name}",
                    _url(one.process, ruleset.version),
                    state_of(ruleset),
                )
                for ruleset in one.open
            ],
        )
        for one in found
    ]


def page(
    *,
    process: Process,
    ruleset: RuleSet | None,
    active: RuleSet | None,
    history: History,
    found: Sequence[LintProblem],
    reader: User,
    at: datetime,
    tally: Tally | None = None,
    approvers: Sequence[User] = (),
) -> RulesPage:
    """A version as one person sees it, with the buttons of its state; `active` is what it is compared with."""
    base = RulesPage(
        code=process.code, name=process.name, url=reverse("reviews:rules_active", args=[process.code])
    )
    shared = {
        "versions": [_version(process, one, ruleset) for one in history.versions],
        "older_url": f"?before={history.older}#versions" if history.older is not None else "",
        "draft": rule_life.button(
            process, "rules_draft", access.allowed(permissions.check_can_draft, reader, process)
        ),
    }
    mine = next(
        (one for one in history.versions if one.author_id == reader.pk and one.state == RuleSetState.DRAFT),
        None,
    )
    if mine is not None:
        shared |= {"own_draft": mine.version, "own_draft_url": _url(process, mine.version)}
    if ruleset is None:
        return RulesPage(**(vars(base) | shared))
    schema = rulesets.schema(process)
    terms = rulesets.terms(ruleset, schema)
    editing = (
        ruleset.state == RuleSetState.DRAFT
        and access.allowed(permissions.check_can_propose, reader, ruleset)[0]
    )
    edit_url = reverse("reviews:rules_rule", args=[process.code, ruleset.version]) if editing else ""
    own = {
        "number": ruleset.version,
        "state": state_of(ruleset),
        "kind": ruleset.state,
        "story": _story(ruleset, reader),
        "decision_note": ruleset.decision_note,
        "note": ruleset.note,
        "edits": ruleset.edits,
        "steps": rule_life.steps(ruleset),
        "emergency": rule_life.emergency(process, ruleset, reader, at),
        "shadow": rule_life.shadow(process, ruleset, tally, reader),
        "activate_at": ruleset.activate_at,
        "waits_for": rule_life.waits_for(ruleset, approvers) if waiting(ruleset) else "",
        "compare_url": f"{reverse('reviews:rules_compare', args=[process.code])}?to={ruleset.version}",
        "rules": [
            rule_lines.line(rule, schema, f"{edit_url}?code={rule.code}" if editing else "")
            for rule in terms.rules
        ],
        "problems": [problem.sentence for problem in found],
        "add_url": edit_url,
        "remove_url": reverse("reviews:rules_remove", args=[process.code, ruleset.version])
        if editing
        else "",
    }
    if active is None or active.pk != ruleset.pk:
        before = rulesets.terms(active, schema).rules if active else ()
        changes = [rule_lines.change(found, schema) for found in rule_changes.between(before, terms.rules)]
        own["changes"] = changes
        own["compared"] = active.version if active else None
        own["summary"] = rule_lines.summary(changes, len(terms.rules))
        own["outdated"] = _outdated(ruleset, active)
    return RulesPage(**(vars(base) | shared | own | rule_life.buttons(process, ruleset, active, reader, at)))


def waiting(ruleset: RuleSet) -> bool:
    """Whether a second person is needed: to approve it, or to ratify an emergency."""
    unratified = ruleset.state == RuleSetState.ACTIVE and ruleset.unratified
    return unratified or ruleset.state in {RuleSetState.PROPOSED, RuleSetState.SIMULATED}


def _url(process: Process, version: int) -> str:
    return reverse("reviews:rules_version", args=[process.code, version])


def state_of(ruleset: RuleSet) -> State:
    """How far a version is in its life, in words."""
    state = RuleSetState(ruleset.state)
    if state == RuleSetState.ACTIVE and ruleset.unratified:
        return State("In force, not ratified", "bad")
    return State(_LABELS[state], _HUES[state])


def _version(process: Process, one: RuleSet, shown: RuleSet | None) -> VersionLine:
    return VersionLine(
        number=one.version,
        state=state_of(one),
        url=_url(process, one.version),
        current=shown is not None and one.pk == shown.pk,
        note=one.note,
        author=one.author.name,
        drafted_at=one.drafted_at,
        decided_by=one.decided_by.name if one.decided_by else "",
        decided_at=one.decided_at,
        sent_back=one.state == RuleSetState.REJECTED,
        activated_at=one.activated_at,
        superseded_at=one.superseded_at,
    )


def _story(ruleset: RuleSet, reader: User) -> str:
    """Who has done what with this version, and what it waits for."""

    def who(person: User | None) -> str:
        if person is None:
            return "nobody"
        return "you" if person.pk == reader.pk else person.name

    if ruleset.state == RuleSetState.DRAFT:
        return f"drafted by {who(ruleset.author)}; nothing changes until somebody else has approved it"
    if ruleset.state in {RuleSetState.PROPOSED, RuleSetState.SIMULATED}:
        return f"proposed by {who(ruleset.proposed_by)}, needs another approver"
    if ruleset.state == RuleSetState.DISCARDED:
        return f"drafted and discarded by {who(ruleset.author)}"
    if ruleset.state == RuleSetState.REJECTED:
        return f"drafted by {who(ruleset.author)}, sent back by {who(ruleset.decided_by)}"
    if ruleset.emergency_at is not None:
        ratified = f"ratified by {who(ruleset.ratified_by)}"
        second = "ratified by nobody" if ruleset.state == RuleSetState.SUPERSEDED else "waits to be ratified"
        second = ratified if ruleset.ratified_by else second
        return f"drafted by {who(ruleset.author)}, put in force in an emergency by {who(ruleset.emergency_by)}, {second}"
    approved = f"drafted by {who(ruleset.author)}, approved by {who(ruleset.decided_by)}"
    if ruleset.state == RuleSetState.APPROVED:
        return approved
    if ruleset.activated_by_id != ruleset.decided_by_id:
        approved += f", put back in force by {who(ruleset.activated_by)}"
    return approved


def _outdated(ruleset: RuleSet, active: RuleSet | None) -> str:
    """What must be said of a draft that was begun from other rules than those in force."""
    if ruleset.state not in rulesets.OPEN or active is None:
        return ""
    if ruleset.based_on_id == active.pk:
        return ""
    begun = f"v{ruleset.based_on.version}" if ruleset.based_on else "nothing"
    return (
        f"This draft was begun from {begun}; v{active.version} has come into force since. "
        "Approving it also undoes what changed in between: read the comparison to the end."
    )
