"""What is agreed on a process, read as a whole: for its one read-only page."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import MANAGE_PROCESS, VIEW_PROCESS
from contracts.enums import DocumentState
from contracts.models import (
    Document,
    DocumentVersion,
    EscalationMatrix,
    ModelVersion,
    Organisation,
    Process,
    ProcessStep,
    ServiceLevel,
    User,
)
from contracts.selectors import matrices, service_levels

_REFUSAL = (
    "This agreement is read by the people who work under it; ask the person who looks after your access."
)


@dataclass(frozen=True)
class Agreement:
    """A process with everything agreed about it, loaded: nothing below asks the database again."""

    process: Process
    vendors: list[Organisation]
    steps: list[ProcessStep]
    service_levels: list[ServiceLevel]
    matrix: EscalationMatrix | None
    documents: list[Document]


def listed(*, user: User) -> list[Process]:
    """The processes whose agreement the person may read."""
    rows = (
        access.processes(user)
        .select_related("client", "provider")
        .prefetch_related(Prefetch("vendors", queryset=Organisation.objects.order_by("name")))
    )
    return list(rows.order_by("client__name", "code", "pk"))


def of(*, user: User, code: str) -> Agreement:
    """The agreement of a process. NotVisible for strangers, NotAllowed for a party's people without a role on it."""
    process = access.process(user, code, VIEW_PROCESS, _REFUSAL)
    models = ModelVersion.objects.select_related("model__vendor").order_by("reference")
    steps = process.steps.select_related("sop").prefetch_related(Prefetch("model_versions", queryset=models))
    documents = Document.objects.filter(process=process) | Document.objects.filter(steps__process=process)
    published = DocumentVersion.objects.exclude(state=DocumentState.DRAFT).select_related("published_by")
    agreed = service_levels.active(process)
    return Agreement(
        process=process,
        vendors=list(process.vendors.order_by("name")),
        steps=list(steps.order_by("position", "pk")),
        service_levels=service_levels.levels(agreed) if agreed else [],
        matrix=matrices.whole_active(process),
        documents=list(
            documents.distinct()
            .select_related("owner")
            .prefetch_related(Prefetch("versions", queryset=published.order_by("-number")))
            .order_by("code")
        ),
    )


@dataclass(frozen=True)
class Paper:
    """A document with the versions this person may read, newest first."""

    document: Document
    versions: list[DocumentVersion]


def document(*, user: User, document_id: UUID) -> Paper:
    """A document of a process the person may see, or one of the house; drafts only for those who write them.

    NotVisible for strangers.
    """
    found = Document.objects.select_related("process__client", "owner").filter(pk=document_id).first()
    if found is None or not access.processes(user).exists():
        raise NotVisible("not_found", "There is no such document that you can see.")
    held: frozenset[str] = frozenset()
    if found.process is not None:
        held = access.codenames(user, found.process)
        if VIEW_PROCESS not in held:
            raise NotVisible("not_found", "There is no such document that you can see.")
    rows = found.versions.select_related("author", "published_by").order_by("-number")
    versions = [
        version
        for version in rows
        if version.state != DocumentState.DRAFT
        or MANAGE_PROCESS in held
        or user.pk in (version.author_id, found.owner_id)
    ]
    if not versions:
        raise NotAllowed("draft_only", "This document is still being written.")
    return Paper(found, versions)
