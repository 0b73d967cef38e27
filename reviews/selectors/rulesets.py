"""Rule sets as routing understands them, and as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import APPROVE_RULES, PROPOSE_RULES, VIEW_PROCESS
from contracts.models import Process, User
from contracts.selectors import paths
from reviews import permissions
from reviews.domain import rule_lint, schemas
from reviews.domain.fields import Field
from reviews.domain.routing import Effect, Rule, RuleSetTerms
from reviews.enums import RuleSetState
from reviews.models import RuleSet

PAGE = 20
_IN_FORCE = (RuleSetState.ACTIVE, RuleSetState.SUPERSEDED)
_REFUSAL = "The rules of this process are read by the people who work under them."


# ── As routing understands them ──────────────────────────────────────────────────────────────────────────────


def schema(process: Process) -> dict[str, Field]:
    """The fields the rules of a process may speak of."""
    return schemas.of_process(process.fields, process.currency)


def terms(ruleset: RuleSet, fields: Mapping[str, Field]) -> RuleSetTerms:
    """A stored rule set, compiled over the process's fields."""
    rules = sorted(ruleset.rules.all(), key=lambda rule: rule.position)
    return RuleSetTerms(
        version=ruleset.version,
        rules=tuple(
            Rule(
                code=rule.code,
                name=rule.name,
                condition=rule.condition,
                effect=Effect(rule.effect),
                severity=rule.severity,
                trigger_class=rule.trigger_class,
                legal_lock=rule.legal_lock,
                rationale=rule.rationale,
            )
            for rule in rules
        ),
        schema=fields,
    )


def active(process: Process) -> RuleSet | None:
    """The rules in force, if there are any."""
    return RuleSet.objects.filter(process=process, state=RuleSetState.ACTIVE).first()


def problems(ruleset: RuleSet) -> list[rule_lint.LintProblem]:
    """Everything that forbids activating these rules: triggers without a path, legal locks loosened."""
    fields = schema(ruleset.process)
    wanted = terms(ruleset, fields)
    covered = paths.covered(ruleset.process)
    classes = {rule.trigger_class for rule in wanted.rules}
    found = rule_lint.lint(wanted, paths=covered | (classes if "*" in covered else set()))
    in_force = active(ruleset.process)
    if in_force is not None and in_force.pk != ruleset.pk:
        found += rule_lint.lock_broken(terms(in_force, fields), wanted)
    return found


# ── As people read them ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Overview:
    """A process with its rules in force and, for those who write rules, what is open."""

    process: Process
    active: RuleSet | None
    open: list[RuleSet]


def overview(*, user: User) -> list[Overview]:
    """The rules of every process the person may see."""
    seen = list(access.processes(user).select_related("client").order_by("client__name", "code", "pk"))
    writes = set(access.processes(user, PROPOSE_RULES).values_list("pk", flat=True))
    writes |= set(access.processes(user, APPROVE_RULES).values_list("pk", flat=True))
    in_force: dict = {}
    opened: dict = {}
    rows = RuleSet.objects.filter(process__in=seen).select_related("author", "decided_by")
    for ruleset in rows.filter(state=RuleSetState.ACTIVE).annotate(size=Count("rules")):
        in_force[ruleset.process_id] = ruleset
    waiting = rows.filter(process__in=writes, state__in=[RuleSetState.DRAFT, RuleSetState.PROPOSED])
    for proposal in waiting.order_by("process", "version"):
        opened.setdefault(proposal.process_id, []).append(proposal)
    return [Overview(process, in_force.get(process.pk), opened.get(process.pk, [])) for process in seen]


def process_of(*, user: User, code: str) -> Process:
    """The process whose rules the person may read. NotVisible or NotAllowed."""
    return access.process(user, code, VIEW_PROCESS, _REFUSAL)


def own_draft(*, user: User, process: Process) -> RuleSet:
    """The draft the person has open on the process. NotVisible where there is none (any more)."""
    found = RuleSet.objects.filter(process=process, author=user, state=RuleSetState.DRAFT).first()
    if found is None:
        raise NotVisible("not_found", "You have no open draft.")
    return found


def version(*, user: User, code: str, number: int) -> RuleSet:
    """One version with its rules. NotVisible for strangers and unknown numbers, NotAllowed for others' drafts."""
    process = process_of(user=user, code=code)
    people = ("author", "proposed_by", "decided_by", "activated_by", "superseded_by", "based_on")
    found = (
        RuleSet.objects.select_related(*people)
        .prefetch_related("rules")
        .filter(process=process, version=number)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", f"There are no rules v{number} of {code} that you can see.")
    found.process = process
    permissions.check_can_see_rules(user, found)
    return found


@dataclass(frozen=True)
class History:
    """Some versions, newest first; `older` is the version to go on before, None at the end."""

    versions: list[RuleSet]
    older: int | None


def history(*, user: User, process: Process, before: int | None = None) -> History:
    """The versions the person may see: those in force once, and the drafts for those who write or approve rules."""
    rows = process.rulesets.select_related("author", "decided_by", "activated_by").order_by("-version")
    if not access.codenames(user, process) & {PROPOSE_RULES, APPROVE_RULES}:
        rows = rows.filter(state__in=_IN_FORCE)
    if before is not None:
        rows = rows.filter(version__lt=before)
    found = list(rows[: PAGE + 1])
    return History(found[:PAGE], found[PAGE - 1].version if len(found) > PAGE else None)
