"""The pages of the escalation matrix: rows, final decision-makers, versions, and what a draft changes, all in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from contracts import access, permissions
from contracts.domain.matrix_changes import Change
from contracts.domain.matrix_lint import Problem
from contracts.enums import MatrixState
from contracts.models import EscalationMatrix, Process, User
from contracts.selectors.matrices import History, Overview
from reviews.presenters import matrix_life, matrix_lines
from reviews.presenters.rules import Button, State
from reviews.selectors.drills import Standing


@dataclass(frozen=True)
class ProcessLine:
    code: str
    name: str
    client: str
    url: str
    version: int | None
    rows: int
    since: datetime | None
    overdue: bool
    drill_overdue: bool
    open: list[tuple[str, str, State]]


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
    activated_at: datetime | None
    superseded_at: datetime | None


@dataclass(frozen=True)
class MatrixPage:
    """A version of the matrix of a process; without `number` there is none in force."""

    code: str
    name: str
    url: str
    zone: str
    number: int | None = None
    state: State | None = None
    kind: str = ""
    story: str = ""
    decision_note: str = ""
    note: str = ""
    review_by: date | None = None
    overdue: bool = False
    edits: int = 0
    rows: list[matrix_lines.RowLine] = field(default_factory=list)
    finals: list[matrix_lines.FinalLine] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    compared: int | None = None
    outdated: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    versions: list[VersionLine] = field(default_factory=list)
    older_url: str = ""
    draft: Button | None = None
    propose: Button | None = None
    approve: Button | None = None
    reject: Button | None = None
    restore: Button | None = None
    row_url: str = ""
    final_url: str = ""
    remove_url: str = ""
    own_draft_url: str = ""
    own_draft: int | None = None


def overview(
    found: Sequence[Overview], standings: Mapping[UUID, Standing], at: datetime
) -> list[ProcessLine]:
    return [
        ProcessLine(
            code=one.process.code,
            name=one.process.name,
            client=one.process.client.name,
            url=reverse("reviews:matrix_active", args=[one.process.code]),
            version=one.active.version if one.active else None,
            rows=len(one.active.paths.all()) if one.active else 0,
            since=one.active.activated_at if one.active else None,
            overdue=one.active is not None and matrix_life.overdue(one.active, at),
            drill_overdue=standings[one.process.pk].overdue(at),
            open=[
                (
                    f"v{matrix.version} by {matrix_life.name_of(matrix.author)}",
                    matrix_life.url(one.process, matrix.version),
                    matrix_life.state(matrix),
                )
                for matrix in one.open
            ],
        )
        for one in found
    ]


def page(
    *,
    process: Process,
    matrix: EscalationMatrix | None,
    active: EscalationMatrix | None,
    history: History,
    found: Sequence[Problem],
    finals_changed: bool,
    reader: User,
    at: datetime,
) -> MatrixPage:
    """A version as one person sees it, with the buttons of its state; `active` is what it is compared with."""
    base: dict[str, Any] = {
        "code": process.code,
        "name": process.name,
        "url": reverse("reviews:matrix_active", args=[process.code]),
        "zone": reader.time_zone,
        "versions": [_version(process, one, matrix) for one in history.versions],
        "older_url": f"?before={history.older}#versions" if history.older is not None else "",
        "draft": matrix_life.button(
            process, "draft", access.allowed(permissions.check_can_draft_matrix, reader, process)
        ),
    }
    mine = next(
        (one for one in history.versions if one.author_id == reader.pk and one.state == MatrixState.DRAFT),
        None,
    )
    if mine is not None:
        base |= {"own_draft": mine.version, "own_draft_url": matrix_life.url(process, mine.version)}
    if matrix is None:
        return MatrixPage(**base)
    editing = (
        matrix.state == MatrixState.DRAFT
        and access.allowed(permissions.check_can_draft_matrix, reader, process)[0]
    )
    own: dict[str, Any] = {
        "number": matrix.version,
        "state": matrix_life.state(matrix),
        "kind": matrix.state,
        "story": matrix_life.story(matrix, reader),
        "decision_note": matrix.decision_note,
        "note": matrix.note,
        "review_by": matrix_life.review_due(matrix),
        "overdue": matrix.state == MatrixState.ACTIVE and matrix_life.overdue(matrix, at),
        "edits": matrix.edits,
        "problems": [problem.sentence for problem in found if problem.blocking],
        "warnings": [problem.sentence for problem in found if not problem.blocking],
    }
    own |= _content(process, matrix, reader, at, editing=editing)
    if active is None or active.pk != matrix.pk:
        own |= {
            "changes": matrix_lines.changes(active, matrix, process.currency),
            "compared": active.version if active else None,
            "outdated": matrix_life.outdated(matrix, active),
        }
    return MatrixPage(**(base | own | matrix_life.buttons(process, matrix, reader, at, finals_changed)))


def _content(
    process: Process, matrix: EscalationMatrix, reader: User, at: datetime, *, editing: bool
) -> dict:
    row_url = matrix_life.address(process, "row", matrix.version) if editing else ""
    final_url = matrix_life.address(process, "final", matrix.version) if editing else ""

    def of_row(trigger_class: str, severity: int | None) -> str:
        return (
            f"{row_url}?{urlencode({'class': trigger_class, 'severity': severity or ''})}" if editing else ""
        )

    return {
        "rows": [
            matrix_lines.row(
                path,
                at=at,
                zone=reader.time_zone,
                edit_url=of_row(path.trigger_class, path.severity),
            )
            for path in sorted(matrix.paths.all(), key=lambda path: (path.trigger_class, path.severity or 0))
        ],
        "finals": [
            matrix_lines.final(rule, process.currency, f"{final_url}?rule={rule.pk}" if editing else "")
            for rule in matrix.final_rules.all()
        ],
        "row_url": row_url,
        "final_url": final_url,
        "remove_url": matrix_life.address(process, "remove", matrix.version) if editing else "",
    }


def _version(process: Process, one: EscalationMatrix, shown: EscalationMatrix | None) -> VersionLine:
    return VersionLine(
        number=one.version,
        state=matrix_life.state(one),
        url=matrix_life.url(process, one.version),
        current=shown is not None and one.pk == shown.pk,
        note=one.note,
        author=one.author.name if one.author else "",
        drafted_at=one.drafted_at,
        decided_by=one.decided_by.name if one.decided_by else "",
        decided_at=one.decided_at,
        activated_at=one.activated_at,
        superseded_at=one.superseded_at,
    )
