"""A document as its template shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from contracts.enums import DocumentState
from contracts.models import DocumentVersion
from contracts.presenters import words
from contracts.selectors.agreements import Paper


@dataclass(frozen=True)
class PaperVersion:
    number: int
    state: str
    hue: str
    steps: list[str]
    summary: str
    body: str
    author: str
    drafted_at: datetime
    published_by: str
    published_at: datetime | None


@dataclass(frozen=True)
class PaperPage:
    code: str
    title: str
    owner: str
    review_by: date
    process: str
    process_url: str
    current: PaperVersion
    versions: list[PaperVersion]


_HUES = {DocumentState.PUBLISHED: "good", DocumentState.DRAFT: "info", DocumentState.RETIRED: "neutral"}


def document(found: Paper) -> PaperPage:
    """The published version is the one shown; where there is none, the newest."""
    paper, process = found.document, found.document.process
    versions = [_version(version) for version in found.versions]
    current = next((one for one in versions if one.hue == "good"), versions[0])
    return PaperPage(
        code=paper.code,
        title=paper.title,
        owner=paper.owner.name,
        review_by=paper.review_deadline,
        process=f"{process.code} · {process.name}" if process else "",
        process_url=reverse("contracts:agreement", args=[process.code]) if process else "",
        current=current,
        versions=versions,
    )


def _version(version: DocumentVersion) -> PaperVersion:
    return PaperVersion(
        number=version.number,
        state=DocumentState(version.state).label,
        hue=_HUES[DocumentState(version.state)],
        steps=list(version.steps),
        summary=version.summary,
        body=version.body,
        author=version.author.name,
        drafted_at=version.drafted_at,
        published_by=words.name(version.published_by),
        published_at=version.published_at,
    )
