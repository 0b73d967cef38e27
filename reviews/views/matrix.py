"""The escalation matrix of a process: read, proposed, approved by somebody else, rolled back (C1, C3)."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts import permissions
from contracts.enums import MatrixState
from contracts.models import EscalationMatrix, Process, User
from contracts.selectors import matrices as versions
from contracts.views.replies import status_of
from reviews.forms.drills import DrillForm
from reviews.forms.matrix import DescribeForm
from reviews.forms.rules import RejectForm
from reviews.presenters import drills as test_calls
from reviews.presenters import matrix as presenter
from reviews.selectors import drills, rulesets
from reviews.services import matrices
from reviews.views.requests import compared, number


@login_required
@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    found = versions.overview(user=cast(User, request.user))
    standings = drills.standings([one.process for one in found])
    context = {"processes": presenter.overview(found, standings, timezone.now())}
    return render(request, "reviews/matrix.html", context)


@login_required
@require_GET
def active(request: HttpRequest, code: str) -> HttpResponse:
    """The matrix in force."""
    user = cast(User, request.user)
    process = versions.process_of(user=user, code=code)
    found = versions.active(process)
    if found is not None:
        found = versions.version(user=user, code=code, number=found.version)
    return page(request, process, found)


@login_required
@require_GET
def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version, whatever its state."""
    found = versions.version(user=cast(User, request.user), code=code, number=version)
    return page(request, found.process, found)


def page(
    request: HttpRequest,
    process: Process,
    found: EscalationMatrix | None,
    *,
    refusal: Refused | None = None,
    reject: RejectForm | None = None,
    describe: DescribeForm | None = None,
) -> HttpResponse:
    reader, at = cast(User, request.user), timezone.now()
    in_force = found
    if found is None or found.state != MatrixState.ACTIVE:
        in_force = versions.whole_active(process)
    context = {
        "page": presenter.page(
            process=process,
            matrix=found,
            active=in_force,
            history=versions.history(
                user=reader, process=process, before=number(request.GET.get("before", ""))
            ),
            found=versions.problems(found, rulesets.needs_in_force(process), at) if found else [],
            finals_changed=found is not None and versions.finals_changed(found, in_force),
            reader=reader,
            at=at,
        ),
        "sentence": refusal.sentence if refusal else "",
        "reject_form": reject or RejectForm(),
        "describe_form": describe
        or DescribeForm(
            initial={"note": found.note, "review_by": found.review_by, "edits": found.edits}
            if found
            else None
        ),
    }
    if found is not None and found.state == MatrixState.ACTIVE:
        context |= _test_calls(process, found, reader, at)
    return render(request, "reviews/matrix_version.html", context, status=status_of(refusal))


@login_required
@require_POST
def propose(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Propose a draft; what makes it unsafe is named on the page."""
    user = cast(User, request.user)
    found = versions.version(user=user, code=code, number=version)
    try:
        matrices.propose(matrix_id=found.pk, by=user, at=timezone.now(), edits=seen(request))
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, _again(user, code, version), refusal=refusal)
    messages.success(request, _("Proposed. Somebody else must approve it before anything changes."))
    return redirect("reviews:matrix_version", code=code, version=version)


@login_required
@require_POST
def approve(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Approve a proposal: the next escalation follows it."""
    user = cast(User, request.user)
    found = versions.version(user=user, code=code, number=version)
    try:
        against = compared(request)
        matrices.approve(matrix_id=found.pk, by=user, at=timezone.now(), against=against)
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, _again(user, code, version), refusal=refusal)
    sentence = _("v%(version)d is in force: the next escalation follows it. Running cases keep their path.")
    messages.success(request, sentence % {"version": version})
    return redirect("reviews:matrix_active", code=code)


@login_required
@require_POST
def reject(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Send a proposal back with a reason."""
    user = cast(User, request.user)
    found = versions.version(user=user, code=code, number=version)
    permissions.check_can_judge_matrix(user, found)
    form = RejectForm(request.POST)
    if not form.is_valid():
        why = Invalid("reason_required", "Say why it is sent back, in at most 300 characters.", "reason")
        return page(request, found.process, found, refusal=why, reject=form)
    try:
        matrices.reject(matrix_id=found.pk, by=user, reason=form.cleaned_data["reason"], at=timezone.now())
    except Conflict as refusal:
        return page(request, found.process, _again(user, code, version), refusal=refusal, reject=form)
    messages.success(request, _("Sent back. The author sees your reason."))
    return redirect("reviews:matrix_version", code=code, version=version)


@login_required
@require_POST
def restore(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put an earlier version back in force."""
    user = cast(User, request.user)
    found = versions.version(user=user, code=code, number=version)
    try:
        against = compared(request)
        matrices.roll_back(to=found, by=user, at=timezone.now(), against=against)
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, _again(user, code, version), refusal=refusal)
    sentence = _("v%(version)d is in force again: the next escalation follows it.")
    messages.success(request, sentence % {"version": version})
    return redirect("reviews:matrix_active", code=code)


def _test_calls(process: Process, found: EscalationMatrix, reader: User, at: datetime) -> dict[str, Any]:
    """How the paths of the version in force were tried, and the form to try one."""
    standing = drills.standings([process])[process.pk]
    rows = drills.latest(reader, process)
    return {
        "box": test_calls.box(process, found, standing, reader, at, rows),
        "drill_form": DrillForm(path.key for path in found.paths.all()),
    }


def seen(request: HttpRequest) -> int:
    """The edits of the draft that the sender saw. Raises Conflict where the form does not say: it may be any."""
    edits = number(request.POST.get("edits", ""))
    if edits is None:
        raise Conflict(
            "edits_required", "The form does not say which state of the draft you saw: look again."
        )
    return edits


def _again(user: User, code: str, version: int) -> EscalationMatrix:
    """The version as it stands now, for a page that says what has changed."""
    return versions.version(user=user, code=code, number=version)
