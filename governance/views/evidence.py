"""Evidence to take away: an interaction's at once, everything else written in the background and fetched here."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotAllowed
from contracts.models import User
from governance.domain.evidence import fields
from governance.forms import EvidenceForm, EvidencePeriodForm
from governance.models import EvidenceExport
from governance.presenters import evidence as presenter
from governance.selectors import evidence_exports, evidence_scope
from governance.selectors.evidence_scope import Scope
from governance.services import evidence, evidence_requests
from reviews.domain import keysets

ASKED = "Your evidence is being written. This page shows how far it is."
Ask = Callable[[EvidenceForm], EvidenceExport]


@login_required
@require_POST
def download(request: HttpRequest, interaction_id: UUID) -> HttpResponseBase:
    """An interaction's evidence at once; one too long to wait for is asked for instead. A POST, because what leaves the
    house is written in the trail."""
    user, at = cast(User, request.user), timezone.now()
    try:
        bundle = evidence.of_interaction(interaction_id=interaction_id, user=user, at=at)
    except Invalid as refusal:
        if refusal.code != evidence.TOO_LONG:
            raise
        purpose = f"Interaction {interaction_id}"
        evidence_requests.ask_interaction(
            interaction_id=interaction_id, show=(), purpose=purpose, by=user, at=at
        )
        messages.info(request, f"{refusal.sentence} {_(ASKED)}")
        return redirect("governance:evidence")
    return _attached(bundle, f"evidence-{interaction_id}.zip")


@login_required
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """What this person has asked for; while something is under way, a fragment asks for itself again."""
    user = cast(User, request.user)
    after = request.GET.get("after", "")
    found = evidence_exports.page(user, keysets.read(after))
    shown = found[: evidence_exports.PAGE]
    more = len(found) > evidence_exports.PAGE
    rows = [presenter.row(export) for export in shown]
    context = {
        "rows": rows,
        "live": presenter.under_way(rows),
        "address": request.get_full_path(),
        "first": not after,
        "next_url": "?" + urlencode({"after": keysets.write(shown[-1].asked_at, shown[-1].pk)})
        if more
        else "",
        "may_ask": bool(evidence_scope.clients(user)),
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "governance/evidence.html#exports" if fragment else "governance/evidence.html"
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "POST"])
def period(request: HttpRequest) -> HttpResponse:
    """Ask for a period of a client's log."""
    user, at = cast(User, request.user), timezone.now()
    processes = evidence_scope.clients(user)
    if not processes:
        raise NotAllowed(
            "not_allowed", "Evidence is for those who read the stories of a client’s interactions."
        )
    values = (
        fields(evidence_scope.sealed_by_interactions()) if evidence_scope.reveals_any(user, processes) else []
    )
    form = EvidencePeriodForm(
        request.POST if request.method == "POST" else None, processes=processes, values=values
    )

    def ask(form: EvidenceForm) -> EvidenceExport:
        sent = form.cleaned_data
        return evidence_requests.ask_period(
            client=sent["client"],
            process=sent["process"],
            since=_midnight(sent["since"]),
            until=_midnight(sent["until"] + timedelta(days=1)),
            show=form.shown,
            purpose=sent["purpose"],
            by=user,
            at=at,
        )

    title = _("Evidence of a period")
    return _asked(
        request, form, ask, {"title": title, "back_url": reverse("governance:evidence"), "period": True}
    )


@login_required
@require_http_methods(["GET", "POST"])
def interaction(request: HttpRequest, interaction_id: UUID) -> HttpResponse:
    """Ask for an interaction's evidence, choosing what personal data it shows."""
    user, at = cast(User, request.user), timezone.now()
    scope = evidence_scope.of_interaction(user, interaction_id)
    form = _form(request, user, scope)

    def ask(form: EvidenceForm) -> EvidenceExport:
        return evidence_requests.ask_interaction(
            interaction_id=interaction_id,
            show=form.shown,
            purpose=form.cleaned_data["purpose"],
            by=user,
            at=at,
        )

    title = _("Evidence of interaction %(short)s") % {"short": str(interaction_id)[-8:]}
    back = reverse("governance:story", args=[interaction_id])
    return _asked(request, form, ask, {"title": title, "back_url": back})


@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Ask for the evidence of a QA draw."""
    user, at = cast(User, request.user), timezone.now()
    scope = evidence_scope.of_draw(user, draw_id)
    form = _form(request, user, scope)

    def ask(form: EvidenceForm) -> EvidenceExport:
        return evidence_requests.ask_draw(
            draw_id=draw_id, show=form.shown, purpose=form.cleaned_data["purpose"], by=user, at=at
        )

    title = _("Evidence of a QA draw of %(code)s") % {"code": scope.process.code}
    back = reverse("reviews:sample", args=[draw_id])
    return _asked(request, form, ask, {"title": title, "back_url": back, "draw": True})


@login_required
@require_POST
def cancel(request: HttpRequest, export_id: UUID) -> HttpResponse:
    evidence_requests.cancel(export_id=export_id, by=cast(User, request.user), at=timezone.now())
    messages.info(request, _("It is not written any more."))
    return redirect("governance:evidence")


@login_required
@require_POST
def fetch(request: HttpRequest, export_id: UUID) -> FileResponse:
    """The file, by a POST: that it was fetched is written in the trail."""
    export, file = evidence_requests.fetch(
        export_id=export_id, by=cast(User, request.user), at=timezone.now()
    )
    return _attached(file, f"evidence-{export.pk}.zip")


def _form(request: HttpRequest, user: User, scope: Scope) -> EvidenceForm:
    values: Sequence[tuple[str, str]] = ()
    if evidence_scope.reveals_any(user, [scope.process]):
        values = fields(evidence_scope.sealed_in(user, scope))
    return EvidenceForm(request.POST if request.method == "POST" else None, values=values)


def _asked(request: HttpRequest, form: EvidenceForm, ask: Ask, page: dict[str, object]) -> HttpResponse:
    """Show the form, or ask and go to the list; a refusal stays on the form with what was filled in."""
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            ask(form)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.refuse(refusal)
            status = 409
        else:
            messages.success(request, _(ASKED))
            return redirect("governance:evidence")
    return render(request, "governance/evidence_ask.html", {"form": form, **page}, status=status)


def _attached(file: object, name: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
