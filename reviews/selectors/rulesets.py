"""Rule sets as routing understands them, and as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain import escalation_matrix
from contracts.domain.escalation_matrix import Need
from contracts.domain.roles import APPROVE_RULES, PROPOSE_RULES, VIEW_PROCESS
from contracts.enums import Category
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
# What is on its way into force.
OPEN = (RuleSetState.DRAFT, RuleSetState.PROPOSED, RuleSetState.SIMULATED, RuleSetState.APPROVED)
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


def standing(process: Process) -> RuleSet | None:
    """The rules in force that two people stand behind: while nobody ratified an emergency, or none are in force any
    more, those before it."""
    in_force = active(process)
    return before_emergency(process) if in_force is None or in_force.unratified else in_force


def before_emergency(process: Process) -> RuleSet | None:
    """The version that was in force last and that two people stood behind."""
    replaced = RuleSet.objects.filter(process=process, state=RuleSetState.SUPERSEDED)
    approved = replaced.filter(Q(emergency_at__isnull=True) | Q(ratified_at__isnull=False))
    return approved.order_by("-superseded_at", "-version").first()


def in_shadow(process: Process) -> RuleSet | None:
    """The proposal that meets live interactions beside the rules in force, if there is one."""
    return RuleSet.objects.filter(
        process=process, shadowed_at__isnull=False, unshadowed_at__isnull=True
    ).first()


def found(ruleset_id: UUID) -> RuleSet:
    """A version by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    ruleset = RuleSet.objects.select_related("process__client", "author").filter(pk=ruleset_id).first()
    if ruleset is None:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    return ruleset


def problems(ruleset: RuleSet) -> list[rule_lint.LintProblem]:
    """Everything that forbids activating these rules: triggers without a path, adverse outcomes that could be
    released, legal locks loosened.

    Locks are those of the rules that two people stand behind: an emergency that nobody ratified cannot hold what
    takes its place.
    """
    fields = schema(ruleset.process)
    wanted = terms(ruleset, fields)
    found = rule_lint.lint(wanted, paths=_covered(ruleset.process, wanted), adverse=_adverse(ruleset.process))
    locks = standing(ruleset.process)
    if locks is not None and locks.pk != ruleset.pk:
        found += rule_lint.lock_broken(terms(locks, fields), wanted)
    return found


def _adverse(process: Process) -> dict[str, set[str]]:
    """The outcomes of steps the AI decides that are adverse to the customer, by field."""
    outcomes: dict[str, set[str]] = {}
    steps = process.steps.filter(category=Category.D1)
    for adverse in steps.order_by("position", "pk").values_list("adverse_outcomes", flat=True):
        for name, values in adverse.items():
            outcomes.setdefault(name, set()).update(values)
    return outcomes


def _covered(process: Process, wanted: RuleSetTerms) -> set[str]:
    """The trigger classes of these rules whose cases find somebody, at each severity a rule gives them."""
    lost = escalation_matrix.uncovered(needs(wanted), paths.all_in_force(process))
    return {rule.trigger_class for rule in wanted.rules} - {need.trigger_class for need in lost}


def needs(wanted: RuleSetTerms) -> list[Need]:
    """What must find a row of the escalation matrix: the cases each rule sends to a person."""
    return [Need(rule.trigger_class, rule.severity, f"Rule {rule.code}") for rule in wanted.rules]


def needs_in_force(process: Process) -> list[Need]:
    """What the rules in force ask of the escalation matrix."""
    in_force = active(process)
    return needs(terms(in_force, schema(process))) if in_force is not None else []


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
    waiting = rows.filter(process__in=writes, state__in=OPEN)
    for proposal in waiting.order_by("process", "version"):
        opened.setdefault(proposal.process_id, []).append(proposal)
    return [Overview(process, in_force.get(process.pk), opened.get(process.pk, [])) for process in seen]


def approvers(ruleset: RuleSet) -> list[User]:
    """The people who may take the next step with a proposal or an emergency: those who had no hand in it."""
    hands = {ruleset.author_id, ruleset.proposed_by_id, ruleset.emergency_by_id}
    hands |= set(ruleset.editors.values_list("pk", flat=True))
    holders = access.holders(ruleset.process, APPROVE_RULES).order_by("name", "pk")
    return [person for person in holders if person.pk not in hands]


def process_of(*, user: User, code: str) -> Process:
    """The process whose rules the person may read. NotVisible or NotAllowed."""
    return access.process(user, code, VIEW_PROCESS, _REFUSAL)


def own_draft(*, user: User, process: Process) -> RuleSet:
    """The draft the person has open on the process. NotVisible where there is none (any more)."""
    found = RuleSet.objects.filter(process=process, author=user, state=RuleSetState.DRAFT).first()
    if found is None:
        raise NotVisible("not_found", "You have no open draft.")
    return found


def drafts(*, user: User, process: Process) -> list[RuleSet]:
    """The open drafts of a process, for those who write or approve rules. NotAllowed for everybody else."""
    if not access.codenames(user, process) & {PROPOSE_RULES, APPROVE_RULES}:
        raise NotAllowed("not_allowed", "Drafts are read by those who write and approve the rules.")
    rows = process.rulesets.filter(state=RuleSetState.DRAFT).select_related("author", "based_on")
    return list(rows.order_by("version"))


def version(*, user: User, code: str, number: int) -> RuleSet:
    """One version with its rules. NotVisible for strangers and unknown numbers, NotAllowed for others' drafts."""
    process = process_of(user=user, code=code)
    people = (
        "author",
        "proposed_by",
        "simulated_by",
        "decided_by",
        "activated_by",
        "superseded_by",
        "emergency_by",
        "ratified_by",
        "based_on",
    )
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


def pair(
    *, user: User, code: str, old: int | None, new: int | None
) -> tuple[RuleSet, RuleSet, list[RuleSet]]:
    """Two versions to compare, and the newest ones to choose from; by default the newest against those in force.

    Raises NotVisible where there is nothing to compare, or as `version` does.
    """
    process = process_of(user=user, code=code)
    choice = history(user=user, process=process).versions
    in_force = next((one.version for one in choice if one.state == RuleSetState.ACTIVE), None)
    if in_force is None and (found := active(process)):
        in_force = found.version
    newest = choice[0].version if choice else None
    first, second = old or in_force or newest, new or newest
    if first is None or second is None:
        raise NotVisible("not_found", f"There are no rules of {code} to compare.")
    return version(user=user, code=code, number=first), version(user=user, code=code, number=second), choice


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
