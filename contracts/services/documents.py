"""Standard operating procedures: drafted by one person, published by another."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotAllowed
from audit.services import logs, recording
from contracts.enums import DocumentState
from contracts.models import Document, DocumentVersion, Process, User
from contracts.services import processes
from contracts.services.acting import actor

SUMMARY_WORDS = 350


def _record(version: DocumentVersion, action: str, by: User, at: datetime) -> None:
    document = version.document
    text = json.dumps([version.steps, version.summary, version.body], ensure_ascii=False)
    log = document.process.client.log_key if document.process else logs.PLATFORM
    recording.record(
        log=log,
        action=action,
        actor=actor(by),
        target=Target("document", str(document.pk), document.code),
        facts={
            "code": document.code,
            "version": version.number,
            "digest": hashlib.sha256(text.encode()).hexdigest(),
        },
        at=at,
        client=document.process.client.slug if document.process else "",
        process=document.process.code if document.process else "",
    )


@transaction.atomic
def draft(
    *,
    code: str,
    title: str,
    process: Process | None,
    owner: User,
    review_deadline: date,
    steps: Sequence[str],
    summary: str,
    by: User,
    at: datetime,
    body: str = "",
) -> DocumentVersion:
    """Draft a new version of a document. Raises Invalid where the one-page summary has more than 350 words."""
    if len(summary.split()) > SUMMARY_WORDS:
        raise Invalid("summary_long", f"A one-page summary has at most {SUMMARY_WORDS} words.", "summary")
    document, _ = Document.objects.get_or_create(
        code=code,
        defaults={
            "title": title,
            "process": process,
            "owner": owner,
            "review_deadline": review_deadline,
            "created_at": at,
        },
    )
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = DocumentVersion.objects.create(
        document=document,
        number=last + 1,
        steps=list(steps),
        summary=summary,
        body=body,
        author=by,
        drafted_at=at,
    )
    _record(version, "document.drafted", by, at)
    return version


@transaction.atomic
def publish(*, version: DocumentVersion, by: User, at: datetime) -> None:
    """Publish a draft, which retires the version before it. Raises NotAllowed for its author (four eyes)."""
    if version.author_id == by.pk:
        raise NotAllowed("own_document", "Somebody else than the author publishes a document.")
    version.document.versions.filter(state=DocumentState.PUBLISHED).update(state=DocumentState.RETIRED)
    changed = DocumentVersion.objects.filter(pk=version.pk, state=DocumentState.DRAFT).update(
        state=DocumentState.PUBLISHED, published_at=at, published_by=by
    )
    if not changed:
        raise Conflict("document_state", "Only a draft can be published.", "state")
    version.refresh_from_db()
    if version.document.process:
        processes.touch(version.document.process)
    _record(version, "document.published", by, at)
