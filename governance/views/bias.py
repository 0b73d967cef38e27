"""Audits of bias: the processes, the audits of one, and what each found; and where protected attributes come in."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain.roles import KEEP_RECORDS, MANAGE_SAMPLE
from contracts.models import User
from governance.bias_forms import AttributesForm, BiasAuditForm
from governance.presenters import bias as presenter
from governance.selectors import bias as selector
from governance.services import bias_audits, protected_attributes
from reviews.domain import windows


@login_required
@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    rows = [presenter.process_row(*one) for one in selector.processes(cast(User, request.user))]
    return render(request, "governance/bias.html", {"rows": rows})


@login_required
@require_GET
def process(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code)


@login_required
@require_GET
def result(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """What one audit found."""
    audit = selector.get(cast(User, request.user), audit_id)
    return render(request, "governance/bias_audit.html", {"page": presenter.audit_page(audit)})


@login_required
@require_POST
def audit(request: HttpRequest, code: str) -> HttpResponse:
    """Make an audit; a refused one keeps what was chosen."""
    user = cast(User, request.user)
    access.process(user, code, MANAGE_SAMPLE, bias_audits.AUDITS)
    form = BiasAuditForm(selector.standing(user, code).attributes, request.POST)
    if not form.is_valid():
        return _page(request, code, form=form, status=400)
    sent = form.cleaned_data
    try:
        made = bias_audits.audit(
            code=code,
            attribute=sent["attribute"],
            since=sent["since"],
            until=sent["until"],
            by=user,
            at=timezone.now(),
        )
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _page(request, code, form=form, status=409 if isinstance(refusal, Conflict) else 400)
    return redirect("governance:bias_result", made.pk)


@login_required
@require_POST
def supply(request: HttpRequest, code: str) -> HttpResponse:
    """Take in protected attributes: all rows of the file, or none."""
    user, form = cast(User, request.user), AttributesForm(request.POST, request.FILES)
    access.process(user, code, KEEP_RECORDS, protected_attributes.SUPPLIES)
    if not form.is_valid():
        return _page(request, code, file=form, status=400)
    try:
        rows = protected_attributes.supply(
            code=code, rows=form.cleaned_data["file"], by=user, at=timezone.now()
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, code, file=form, status=400)
    said = ngettext("One row was taken in.", "%(rows)s rows were taken in.", rows) % {"rows": rows}
    messages.success(request, _("%(said)s Nobody can read them here again.") % {"said": said})
    return redirect("governance:bias_process", code)


def _page(
    request: HttpRequest, code: str, form: Form | None = None, file: Form | None = None, status: int = 200
) -> HttpResponse:
    found = selector.standing(cast(User, request.user), code)
    since, until = windows.last_month(timezone.now(), found.process.time_zone)
    context = {
        "process": found.process,
        "audits": [presenter.audit_row(one) for one in found.audits],
        "attributes": found.attributes,
        "may_supply": found.may_supply,
        "form": form or BiasAuditForm(found.attributes, initial={"since": since, "until": until})
        if found.may_audit and found.attributes
        else None,
        "file": file or AttributesForm(),
    }
    return render(request, "governance/bias_process.html", context, status=status)
