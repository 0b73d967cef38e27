"""Model changes as people read them, and what was agreed about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet, Subquery

from audit.errors import NotVisible
from contracts import access
from contracts.domain import change_impact
from contracts.domain.change_kinds import ANNOUNCED, IN_FORCE, ChangeClass, ChangeState, Impact, Proof
from contracts.domain.change_lead import LeadTimes
from contracts.domain.raci import Task
from contracts.domain.roles import FILE_CHANGES, VIEW_PROCESS
from contracts.enums import ModelStatus, Party
from contracts.models import (
    AiModel,
    FreezePeriod,
    ModelChange,
    ModelVersion,
    NoticeTerms,
    Process,
    ProcessStep,
    UndeclaredVersion,
    User,
)
from contracts.permissions import changes as permissions
from contracts.selectors import raci

_REFUSAL = "Model changes are read by the people who work under the agreement."
SHOWN = 100


@dataclass(frozen=True)
class Weight:
    """How much hangs on a change, with what that was worked out from."""

    impact: Impact
    decides: Party
    tiers: tuple[str, ...]
    data: tuple[str, ...] | None
    redacted: bool


def found(change_id: UUID, *, lock: bool = False) -> ModelChange:
    """A change with its process, locked where it is about to move. Raises NotVisible."""
    rows = ModelChange.objects.select_related(
        "process__client",
        "process__provider",
        "process__calendar",
        "model__vendor",
        "model__procured_by",
        "version",
        "filed_by",
    )
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=change_id).first()
    if row is None:
        raise NotVisible("not_found", "There is no such model change that you can see.")
    return row


def one(user: User, change_id: UUID) -> ModelChange:
    """A change somebody may read. Raises NotVisible."""
    change = found(change_id)
    permissions.check_can_see_change(user, change)
    return change


def process_of(user: User, code: str) -> Process:
    return access.process(user, code, VIEW_PROCESS, _REFUSAL)


def listed(user: User, process: Process | None = None) -> list[ModelChange]:
    """The changes somebody may read, the newest first; of one process, or of all of his."""
    rows = ModelChange.objects.select_related("process", "model__vendor", "filed_by")
    rows = rows.filter(process=process) if process else rows.filter(process__in=access.processes(user))
    if permissions.is_vendor(user):
        rows = rows.filter(model__vendor=user.organisation_id)
    return list(rows.order_by("-filed_at", "-pk")[:SHOWN])


def places(user: User) -> list[Process]:
    """The processes on which somebody may file changes."""
    return list(access.processes(user, FILE_CHANGES).select_related("client").order_by("code"))


def models_on(process: Process, user: User | None = None) -> list[AiModel]:
    """The models in use on a process; for an AI vendor only its own."""
    rows = AiModel.objects.filter(versions__steps__process=process).distinct()
    if user is not None and permissions.is_vendor(user):
        rows = rows.filter(vendor=user.organisation_id)
    return list(rows.select_related("vendor").order_by("name", "pk"))


def next_number(process: Process) -> int:
    return (ModelChange.objects.filter(process=process).aggregate(last=Max("number"))["last"] or 0) + 1


# ── What was agreed ──────────────────────────────────────────────────────────────────────────────────────────


def terms(process: Process) -> NoticeTerms | None:
    return NoticeTerms.objects.filter(process=process).first()


def terms_with_clause(process: Process) -> NoticeTerms | None:
    """The same, with who said it and the clause it rests on."""
    rows = NoticeTerms.objects.filter(process=process)
    return rows.select_related("agreed_by", "clause__contract").first()


def lead_times(agreed: NoticeTerms | None) -> LeadTimes:
    """What was agreed about notices, or what the clause template says where nothing was."""
    if agreed is None:
        return LeadTimes()
    return LeadTimes(
        major_days=agreed.major_days,
        minor_days=agreed.minor_days,
        config_days=agreed.config_days,
        retirement_days=agreed.retirement_days,
        emergency_hours=agreed.emergency_hours,
        ratify_days=agreed.ratify_days,
        objection_days=agreed.objection_days,
        watch_days=agreed.watch_days,
    )


def weigh(change: ModelChange, at: datetime) -> Weight:
    """How much hangs on a change as things are now: an attestation may have lapsed since it was classed."""
    process, agreed = change.process, terms(change.process)
    tiers = ProcessStep.objects.filter(process=process, code__in=change.steps).order_by("position")
    codes = tuple(tiers.values_list("tier", flat=True))
    today = at.astimezone(ZoneInfo(process.time_zone)).date()
    redacted = bool(agreed and agreed.redacted_until and agreed.redacted_until >= today)
    data = tuple(agreed.data) if agreed else None
    return Weight(
        impact=change_impact.impact(codes, data, redacted=redacted),
        decides=change_impact.decider(Party(change.model.procured_by.kind), accountable(process)),
        tiers=codes,
        data=data,
        redacted=redacted,
    )


def missing_proofs(change: ModelChange) -> list[Proof]:
    """What is still to be shown: the last of each kind counts, and of what was tested anew only what was shown since."""
    begun = change.moves.filter(action="tested").order_by("-moved_at", "-pk").values("moved_at")[:1]
    rows = change.evidence.exclude(shown_at__lt=Subquery(begun)).order_by("shown_at", "pk")
    shown = dict(rows.values_list("proof", "enough"))
    wanted = change_impact.proofs(Impact(change.impact or Impact.HIGH), ChangeClass(change.change_class))
    return [proof for proof in wanted if not shown.get(proof)]


def accountable(process: Process) -> Party | None:
    """Who is accountable for model changes by the signed RACI; nobody until one is signed."""
    return raci.accountable(process, Task.MODEL_CHANGE)


# ── Freezes ──────────────────────────────────────────────────────────────────────────────────────────────────


def freezes(process: Process, since: date) -> list[FreezePeriod]:
    """The freezes of a process that are not over, its client's among them."""
    rows = _freezes(process).filter(ends__gte=since).select_related("set_by")
    return list(rows.order_by("begins", "pk"))


def freeze_on(process: Process, at: datetime) -> FreezePeriod | None:
    """The freeze in which a moment lies, by the local day of the process."""
    day = at.astimezone(ZoneInfo(process.time_zone)).date()
    return _freezes(process).filter(begins__lte=day, ends__gte=day).order_by("-ends").first()


def _freezes(process: Process) -> QuerySet[FreezePeriod]:
    here = Q(process=process) | Q(process__isnull=True, client=process.client_id)
    return FreezePeriod.objects.filter(here, lifted_at__isnull=True)


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────


def is_further(version: ModelVersion) -> bool:
    """Whether another version of the model was approved before: then this one comes by a change and not by itself."""
    return (
        ModelVersion.objects.filter(model=version.model_id, approved_at__isnull=False)
        .exclude(pk=version.pk)
        .exists()
    )


def in_force(version: ModelVersion, process: Process | None = None) -> bool:
    """Whether a change that brought this version is in force, on a process or anywhere."""
    ends = Q(change_class=ChangeClass.RETIREMENT)
    # One whose retirement was taken back was in use before.
    rows = ModelChange.objects.filter(
        ~ends & Q(state__in=IN_FORCE) | ends & Q(state=ChangeState.ROLLED_BACK), version=version
    )
    return (rows.filter(process=process) if process else rows).exists()


def announced(process: Process) -> frozenset[str]:
    """The references that may come in without surprise though no step uses them: those in test by notice, and those that a
    change has replaced or retired."""
    retired = Q(change_class=ChangeClass.RETIREMENT, state__in=IN_FORCE)
    rows = ModelChange.objects.filter(process=process)
    known = set(rows.filter(Q(state__in=ANNOUNCED) | retired).values_list("reference", flat=True))
    for replaced in rows.filter(state=ChangeState.CLOSED).values_list("replaced", flat=True):
        known |= set(replaced)
    return frozenset(known)


def undeclared(process: Process) -> list[UndeclaredVersion]:
    """The versions that answered without notice and are not settled."""
    return list(
        UndeclaredVersion.objects.filter(process=process, settled_at__isnull=True).order_by("noticed_at")
    )


def others_of_model(change: ModelChange, step: ProcessStep) -> list[ModelVersion]:
    """The versions of the changed model that a step may use beside the new one."""
    return list(step.model_versions.filter(model=change.model_id).exclude(reference=change.reference))


def known_references(process: Process) -> Mapping[str, ModelVersion]:
    """The approved versions on the steps of a process, by what they are called."""
    rows = ModelVersion.objects.filter(steps__process=process, status=ModelStatus.APPROVED).distinct()
    return {version.reference: version for version in rows.select_related("model")}
