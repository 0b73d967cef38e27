"""The register of certificates (L8), and the findings on a process."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.forms.certificates import AddForm, CertificateForm, WithdrawForm
from contracts.models import Certificate
from contracts.permissions import vendors as permissions
from contracts.presenters import agreement_tabs, vendor_tabs
from contracts.presenters import certificates as presenter
from contracts.selectors import certificates as selector
from contracts.services import certificates as services
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

_READERS = "Findings on the agreement are read by those who read the agreement."


@login_required
@require_GET
def certificates(request: SignedIn) -> HttpResponse:
    today = timezone.now().date()
    standing, over = selector.listing(request.user)
    context = {
        "tiles": [presenter.tile(one, today) for one in standing],
        "rows": [presenter.row(one, today) for one in standing],
        "over": [presenter.row(one, today) for one in over],
        "tabs": vendor_tabs.of(request.user, "contracts:certificates"),
        "may_add": bool(selector.kept_by(request.user)),
    }
    return render(request, "contracts/certificates.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    organisations = {str(one.pk): one for one in selector.kept_by(request.user)}
    if not organisations:
        raise NotAllowed(
            "not_allowed", "Certificates are kept by information security and the governance lead."
        )
    choices = [(pk, one.name) for pk, one in organisations.items()]
    form = AddForm(request.POST if request.method == "POST" else None, organisations=choices)
    made = form.passes(
        lambda: services.add(
            organisation=organisations[form.cleaned_data["organisation"]],
            paper=form.paper(),
            by=request.user,
            at=timezone.now(),
        )
    )
    if made is not None:
        messages.success(request, _("It is in the register."))
        return see_other(reverse("contracts:certificate", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Add a certificate"),
        "button": _("Add it"),
        "back": {"url": reverse("contracts:certificates"), "label": _("Certificates")},
    }
    return render(request, "contracts/vendor_form.html", context, status=status_of_form(form))


@login_required
@require_GET
def certificate(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    return _page(request, selector.one(request.user, certificate_id))


def _page(request: SignedIn, found: Certificate, form: WithdrawForm | None = None) -> HttpResponse:
    context = {
        "page": presenter.page(found, request.user, timezone.now().date()),
        "form": form or WithdrawForm(),
        "withdrawing": form is not None,
    }
    status = status_of_form(form) if form else 200
    return render(request, "contracts/certificate.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    """The next certificate of the same kind."""
    found = selector.one(request.user, certificate_id)
    permissions.check_can_keep_certificates(request.user, found.organisation)
    initial = {"kind": found.kind, "level": found.level, "scope": found.scope, "auditor": found.auditor}
    form = CertificateForm(request.POST if request.method == "POST" else None, initial=initial)
    made = form.passes(
        lambda: services.replace(
            certificate_id=certificate_id, paper=form.paper(), by=request.user, at=timezone.now()
        )
    )
    if made is not None:
        messages.success(request, _("Replaced."))
        return see_other(reverse("contracts:certificate", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Replace %(name)s") % {"name": presenter.name(found)},
        "lead": found.organisation.name,
        "button": _("Replace it"),
        "back": {"url": reverse("contracts:certificate", args=[found.pk]), "label": presenter.name(found)},
    }
    return render(request, "contracts/vendor_form.html", context, status=status_of_form(form))


@login_required
@require_POST
def withdraw(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    found = selector.one(request.user, certificate_id)
    permissions.check_can_keep_certificates(request.user, found.organisation)
    form = WithdrawForm(request.POST)
    gone = form.passes(
        lambda: services.withdraw(
            certificate_id=certificate_id, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    )
    if gone is not None:
        messages.success(request, _("Withdrawn."))
        return see_other(reverse("contracts:certificate", args=[certificate_id]))
    return _page(request, selector.one(request.user, certificate_id), form)


@login_required
@require_GET
def findings(request: SignedIn, code: str) -> HttpResponse:
    """In what the terms of a process contradict each other, or are no longer fulfilled."""
    process = access.process(request.user, code, VIEW_CONTRACTS, _READERS)
    running, ended = selector.findings(process)
    context = {
        "process": {"code": process.code, "name": process.name},
        "running": [presenter.finding(one) for one in running],
        "ended": [presenter.finding(one) for one in ended],
        "tabs": agreement_tabs.of(request.user, process, "contracts:findings"),
    }
    return render(request, "contracts/findings.html", context)
