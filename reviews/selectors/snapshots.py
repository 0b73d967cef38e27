"""The terms a process works under, read once per stamp: steps, compiled rules, queues, models, calendars, paths, halts.

The stamp is read on every request, the rest only when it changed. The rows a snapshot holds are for reading.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from audit.errors import NotVisible
from contracts.domain import escalation_matrix
from contracts.domain.escalation_matrix import Key
from contracts.domain.final_decision import FinalRule
from contracts.domain.halting import HaltTerms, Place
from contracts.domain.sla_clock import Calendar
from contracts.domain.sovereignty import EndpointTerms, Ground
from contracts.enums import DocumentState, ModelStatus
from contracts.models import DocumentVersion, Process, ProcessStep
from contracts.selectors import calendars, endpoints, finals, halts, model_changes, paths
from reviews.domain import schemas
from reviews.domain.adversity import adversity
from reviews.domain.autoqa.watch import Watch
from reviews.domain.fields import Field
from reviews.domain.routing import RuleSetTerms, StepTerms
from reviews.enums import QueueKind, RuleSetState
from reviews.models import Case, Interaction, Queue, RuleSet
from reviews.selectors import acting_flags, agreed_times, rulesets
from reviews.selectors.agreed_times import Agreed

KEPT = 64


@dataclass(frozen=True)
class Step:
    """A step as the hot paths need it."""

    id: UUID
    code: str
    name: str
    category: str
    tier: str
    business_category: str
    terms: StepTerms
    adverse_outcomes: Mapping[str, list[str]]
    decision_fields: frozenset[str]
    evidence: tuple[str, ...]
    choices: Mapping[str, frozenset[str]]
    models: Mapping[str, UUID]
    # What those of them are made of, as far as it was registered.
    fingerprints: Mapping[str, str]
    endpoints: frozenset[str]
    sop: DocumentVersion | None
    row: ProcessStep

    @property
    def sop_version(self) -> int | None:
        return self.sop.number if self.sop else None

    def adversity(self, output: Mapping[str, Any]) -> bool | None:
        """Whether an output hurts the person concerned; None where nobody can tell."""
        return adversity(self.adverse_outcomes, self.choices, output)


@dataclass(frozen=True)
class Path:
    """An escalation path in force: the version of its matrix, and its levels as they are kept with a case."""

    version: int
    levels: list[dict[str, Any]]


@dataclass(frozen=True)
class Shadow:
    """Rules that meet live interactions beside those in force and decide nothing."""

    ruleset_id: UUID
    ruleset: RuleSetTerms
    windows: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Snapshot:
    """Everything a process decides by, as of one stamp of its configuration."""

    process_id: UUID
    code: str
    stamp: UUID
    process: Process
    client_id: UUID
    client_slug: str
    log_key: str
    currency: str
    review_minutes: int
    calendar: Calendar
    policy: Mapping
    schema: Mapping[str, Field]
    steps: Mapping[str, Step]
    ruleset_id: UUID | None
    ruleset: RuleSetTerms | None
    queues: Mapping[str, UUID]
    queue_rows: Mapping[UUID, Queue]
    paths: Mapping[Key, Path]
    final_rules: tuple[FinalRule, ...]
    evidence_required: bool
    halts: tuple[HaltTerms, ...] = ()
    windows: frozenset[tuple[str, int]] = frozenset()
    shadow: Shadow | None = None
    watch: Watch | None = None
    announced: frozenset[str] = frozenset()
    undeclared: frozenset[str] = frozenset()
    # What is known of the endpoints of its vendors, by name, and where the process lets its data be processed (A5).
    endpoints: Mapping[str, EndpointTerms] = field(default_factory=dict)
    ground: Ground = Ground()
    # What is agreed of time, by ledger (U1).
    agreed: tuple[Agreed, ...] = ()

    def place(self, step_id: UUID, model_id: UUID | None) -> Place:
        """Where an interaction of this process stands, as halts see it."""
        return Place(self.client_id, self.process_id, step_id, model_id)

    def path(self, trigger_class: str, severity: int | None = None) -> Path | None:
        """The escalation path for a trigger class and severity: the closest row of the matrix."""
        return escalation_matrix.find(self.paths, trigger_class, severity)

    def step_of(self, interaction: Interaction) -> Step:
        """The step an interaction belongs to; steps are added, never removed."""
        return next(step for step in self.steps.values() if step.id == interaction.step_id)


_kept: dict[UUID, Snapshot] = {}
_lock = threading.Lock()


def of(process: Process) -> Snapshot:
    """The snapshot of a process whose row was read just now, so that its stamp is the one in force."""
    found = _kept.get(process.pk)
    if found is not None and found.stamp == process.stamp:
        return found
    built = _build(process)
    with _lock:
        if len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[process.pk] = built
    return built


def current(process_id: UUID) -> Snapshot:
    """The snapshot in force, by a fresh read of the stamp. Raises NotVisible for an unknown process."""
    stamp = Process.objects.filter(pk=process_id).order_by().values_list("stamp", flat=True).first()
    return under(process_id, stamp)


def under(process_id: UUID, stamp: UUID | None) -> Snapshot:
    """The snapshot of a process whose stamp was read just now. Raises NotVisible for an unknown process."""
    found = _kept.get(process_id)
    if found is not None and found.stamp == stamp:
        return found
    process = Process.objects.select_related("client", "calendar").filter(pk=process_id).first()
    if process is None:
        raise NotVisible("unknown_process", "There is no such process.", "process")
    return of(process)


def terms_of(case: Case) -> Snapshot:
    """The snapshot a case stands under, by the stamp of its process that was read with it."""
    return under(case.process_id, case.process_stamp)


def furnish(case: Case, stamp: UUID) -> Case:
    """Give a case, and its interaction, process, step and queue from the snapshot instead of joining them.

    `stamp` is that of the process, read with the case.
    """
    case.process_stamp = stamp
    snapshot = terms_of(case)
    interaction = case.interaction
    case.process = interaction.process = snapshot.process
    case.queue = snapshot.queue_rows[case.queue_id]
    interaction.step = snapshot.step_of(interaction).row
    return case


def _build(process: Process) -> Snapshot:
    schema = schemas.of_process(process.fields, process.currency)
    watching = Q(state=RuleSetState.ACTIVE) | Q(shadowed_at__isnull=False, unshadowed_at__isnull=True)
    versions = list(RuleSet.objects.filter(watching, process=process).prefetch_related("rules"))
    active = next((one for one in versions if one.state == RuleSetState.ACTIVE), None)
    terms = rulesets.terms(active, schema) if active else None
    queues = {queue.pk: queue for queue in process.queues.all()}
    for queue in queues.values():
        queue.process = process
    return Snapshot(
        process_id=process.pk,
        code=process.code,
        stamp=process.stamp,
        process=process,
        client_id=process.client_id,
        client_slug=process.client.slug,
        log_key=process.client.log_key,
        currency=process.currency,
        review_minutes=process.review_minutes,
        calendar=calendars.terms(process.calendar),
        policy=process.intake,
        schema=schema,
        steps={step.code: _step(step, process) for step in _steps(process)},
        ruleset_id=active.pk if active else None,
        ruleset=terms,
        queues={queue.kind: queue.pk for queue in queues.values()},
        queue_rows=queues,
        paths={
            key: Path(path.matrix.version, paths.frozen(path))
            for key, path in paths.all_in_force(process).items()
        },
        final_rules=tuple(
            FinalRule(
                category=rule.category,
                min_value=rule.min_value,
                party=rule.party,
                role=rule.role,
                person_id=rule.person_id,
                deputy_id=rule.deputy_id,
            )
            for rule in finals.in_force(process)
        ),
        evidence_required=process.evidence_required,
        halts=halts.terms_for(process),
        windows=terms.windows() if terms else frozenset(),
        shadow=next((_shadow(one, schema) for one in versions if one.in_shadow), None),
        watch=acting_flags.watch(process),
        announced=model_changes.announced(process),
        undeclared=frozenset(one.reference for one in model_changes.undeclared(process)),
        endpoints=endpoints.terms_for(process),
        ground=endpoints.ground(process),
        agreed=agreed_times.agreed(process),
    )


def _shadow(ruleset: RuleSet, schema: Mapping[str, Field]) -> Shadow:
    terms = rulesets.terms(ruleset, schema)
    return Shadow(ruleset.pk, terms, terms.windows())


def _steps(process: Process) -> list[ProcessStep]:
    return list(
        process.steps.select_related("sop")
        .prefetch_related("model_versions", "endpoints", "sop__versions")
        .order_by("position")
    )


def _step(step: ProcessStep, process: Process) -> Step:
    step.process = process
    versions = step.sop.versions.all() if step.sop else []
    published = [version for version in versions if version.state == DocumentState.PUBLISHED]
    return Step(
        id=step.pk,
        code=step.code,
        name=step.name,
        category=step.category,
        tier=step.tier,
        business_category=step.business_category,
        terms=StepTerms(category=step.category, code=step.code),
        adverse_outcomes=step.adverse_outcomes,
        decision_fields=frozenset(
            entry["name"]
            for entry in step.output_fields
            if entry.get("decision") or entry.get("type") in {"money", "choice"}
        ),
        evidence=tuple(panel["name"] for panel in step.evidence),
        choices={
            entry["name"]: frozenset(entry["choices"]) for entry in step.output_fields if entry.get("choices")
        },
        models={
            model.reference: model.pk
            for model in step.model_versions.all()
            if model.status == ModelStatus.APPROVED
        },
        fingerprints={
            model.reference: model.fingerprint for model in step.model_versions.all() if model.fingerprint
        },
        endpoints=frozenset(endpoint.name for endpoint in step.endpoints.all()),
        sop=max(published, key=lambda version: version.number, default=None),
        row=step,
    )


def queue_of(snapshot: Snapshot, kind: str) -> UUID:
    """The queue of a kind; the review queue serves where a process has no other."""
    return snapshot.queues.get(kind) or snapshot.queues[QueueKind.REVIEW]
