"""Model changes: those of a process, one with its story and what it needs, filing one, and every act on it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contracts import access
from contracts.domain.change_kinds import ChangeClass, Impact
from contracts.forms.changes import (
    ApproveForm,
    ClassifyForm,
    EvidenceForm,
    FreezeForm,
    NoticeForm,
    PlainForm,
    ScheduleForm,
    SettleForm,
    WhyForm,
)
from contracts.forms.refusable import Refusable
from contracts.models import ModelChange, Process
from contracts.permissions import changes as permissions
from contracts.presenters import agreement_tabs
from contracts.presenters import changes as presenter
from contracts.selectors import model_changes as selector
from contracts.services import (
    change_approvals,
    change_deployments,
    change_evidence,
    freezes,
    model_changes,
    undeclared,
)
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

ROUTE = "contracts:changes"


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """Every change somebody may read, over all processes; and where he may file one."""
    found = selector.listed(request.user)
    places = [
        (process, reverse("contracts:change_new", args=[process.code]))
        for process in selector.places(request.user)
    ]
    context = {"rows": presenter.rows(found), "places": places}
    return render(request, "contracts/changes_mine.html", context)


@login_required
@require_GET
def changes(request: SignedIn, code: str) -> HttpResponse:
    return _listing(request, selector.process_of(request.user, code))


def _listing(
    request: SignedIn,
    process: Process,
    *,
    freeze: FreezeForm | None = None,
    settle: SettleForm | None = None,
    settling: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    user, at = request.user, timezone.now()
    may_file, why_not = access.allowed(permissions.check_can_file_change, user, process)
    decides = access.allowed(permissions.check_decides, user, process, at)[0]
    vendor = permissions.is_vendor(user)
    found = [] if vendor else selector.undeclared(process)
    context = {
        "process": process,
        "tabs": agreement_tabs.of(user, process, ROUTE),
        "rows": presenter.rows(selector.listed(user, process)),
        "new_url": reverse("contracts:change_new", args=[process.code]),
        "may_file": may_file,
        "why_not": why_not,
        "terms": selector.lead_times(selector.terms(process)),
        "agreed": selector.terms(process),
        "freezes": presenter.frozen(process.code, selector.freezes(process, timezone.localdate()), user),
        "decides": decides,
        "freeze": freeze or FreezeForm(),
        "freezing": freeze is not None,
        # Ids differ, because several forms of the page have the same fields.
        "undeclared": [
            (one, settle if settle and settling == one.id else SettleForm(auto_id=f"settle-{number}-%s"))
            for number, one in enumerate(presenter.undeclared(process.code, found))
        ],
    }
    return render(request, "contracts/changes.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn, code: str) -> HttpResponse:
    """File a notice. Everything that is wrong with it is said at once, and nothing typed is lost."""
    user = request.user
    process = selector.process_of(user, code)
    permissions.check_can_file_change(user, process)
    models = selector.models_on(process, user)
    steps = list(process.steps.order_by("position"))
    form = NoticeForm(models, steps, request.POST if request.method == "POST" else None)
    change = form.passes(
        lambda: model_changes.file(
            process=process,
            model=form.cleaned_data["model"],
            notice=form.notice(),
            by=user,
            at=timezone.now(),
        )
    )
    if change is not None:
        late = _("The notice was sent. It is late: a breach is recorded.")
        messages.success(request, late if change.notice_late else _("The notice was sent."))
        return see_other(reverse("contracts:change", args=[change.pk]))
    context = {
        "process": process,
        "form": form,
        "terms": selector.lead_times(selector.terms(process)),
        "back_url": reverse(ROUTE, args=[process.code]),
    }
    return render(request, "contracts/change_new.html", context, status=status_of_form(form))


@login_required
@require_GET
def change(request: SignedIn, change_id: UUID) -> HttpResponse:
    return _page(request, selector.one(request.user, change_id))


_FORMS: Mapping[str, type[Refusable]] = {
    "classify": ClassifyForm,
    "test": PlainForm,
    "evidence": EvidenceForm,
    "submit": PlainForm,
    "approve": ApproveForm,
    "object": WhyForm,
    "veto": WhyForm,
    "withdraw": WhyForm,
    "schedule": ScheduleForm,
    "deploy": PlainForm,
    "ratify": PlainForm,
    "roll-back": WhyForm,
}


def _page(request: SignedIn, found: ModelChange, sent: tuple[str, Refusable] | None = None) -> HttpResponse:
    page = presenter.page(
        found,
        request.user,
        timezone.now(),
        moves=list(found.moves.select_related("moved_by__organisation").order_by("moved_at", "pk")),
        evidence=list(found.evidence.select_related("shown_by__organisation").order_by("shown_at", "pk")),
        missing=selector.missing_proofs(found),
    )
    name, form = sent or ("", None)
    # Ids differ, because several forms of a page may have a field of one name.
    pairs = [
        (act, form if act.name == name else _FORMS[act.name](auto_id=f"{act.name}_%s")) for act in page.acts
    ]
    offered = any(act.name == name for act in page.acts)
    refusal = form.refusal if form else None
    context = {
        "page": page,
        "acts": pairs,
        "sent": name,
        "sentence": refusal.sentence if refusal and not offered else "",
        "tabs": agreement_tabs.of(request.user, found.process, ROUTE),
    }
    status = status_of_form(form) if form else 200
    return render(request, "contracts/change.html", context, status=status)


@login_required
@require_POST
def act(request: SignedIn, change_id: UUID, act: str) -> HttpResponse:
    """Do one thing to a change; a refusal stands on its page, at what was sent."""
    found = selector.one(request.user, change_id)
    form = _FORMS[act](request.POST, auto_id=f"{act}_%s")
    done = form.passes(lambda: _DO[act](request, found.pk, form.cleaned_data, form))
    if done is not None:
        messages.success(request, done)
        return see_other(reverse("contracts:change", args=[change_id]))
    return _page(request, selector.one(request.user, change_id), (act, form))


_Sent = dict[str, Any]


def _classify(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    model_changes.classify(
        change_id=pk,
        by=request.user,
        at=timezone.now(),
        change_class=ChangeClass(sent["change_class"]) if sent["change_class"] else None,
        impact=Impact(sent["impact"]) if sent["impact"] else None,
    )
    return _("The change is classed.")


def _test(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    model_changes.begin_test(change_id=pk, by=request.user, at=timezone.now())
    return _("The test has begun. Whatever the version puts out goes to people.")


def _evidence(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    assert isinstance(form, EvidenceForm)  # noqa: S101 — the form of this act
    made = change_evidence.show(change_id=pk, shown=form.shown(), by=request.user, at=timezone.now())
    return _("Kept; it is enough.") if made.enough else _("Kept, but it is not enough: see what is missing.")


def _submit(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    model_changes.submit(change_id=pk, by=request.user, at=timezone.now())
    return _("Those who approve it are told.")


def _approve(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_approvals.approve(
        change_id=pk, by=request.user, at=timezone.now(), short_notice=sent["short_notice"]
    )
    return _("Approved.")


def _object(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_approvals.object_to(change_id=pk, why=sent["why"], by=request.user, at=timezone.now())
    return _("Objected. Whoever filed it is told.")


def _veto(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_approvals.reject(change_id=pk, why=sent["why"], by=request.user, at=timezone.now())
    return _("Refused. The version in use stays.")


def _withdraw(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    model_changes.withdraw(change_id=pk, why=sent["why"], by=request.user, at=timezone.now())
    return _("Withdrawn.")


def _schedule(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_deployments.schedule(change_id=pk, when=sent["scheduled_for"], by=request.user, at=timezone.now())
    return _("Scheduled.")


def _deploy(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_deployments.deploy(change_id=pk, by=request.user, at=timezone.now())
    return _("Deployed. It is watched from now on.")


def _ratify(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_approvals.ratify(change_id=pk, by=request.user, at=timezone.now())
    return _("Ratified for your party.")


def _roll_back(request: SignedIn, pk: UUID, sent: _Sent, form: Refusable) -> str:
    change_deployments.roll_back(change_id=pk, why=sent["why"], by=request.user, at=timezone.now())
    return _("Rolled back.")


_DO: Mapping[str, Callable[[SignedIn, UUID, _Sent, Refusable], str]] = {
    "classify": _classify,
    "test": _test,
    "evidence": _evidence,
    "submit": _submit,
    "approve": _approve,
    "object": _object,
    "veto": _veto,
    "withdraw": _withdraw,
    "schedule": _schedule,
    "deploy": _deploy,
    "ratify": _ratify,
    "roll-back": _roll_back,
}


# ── Freezes, and what answered without notice ────────────────────────────────────────────────────────────────


@login_required
@require_POST
def freeze(request: SignedIn, code: str) -> HttpResponse:
    process = selector.process_of(request.user, code)
    permissions.check_can_freeze(request.user, process, timezone.now())
    form = FreezeForm(request.POST)
    frozen = form.passes(
        lambda: freezes.freeze(process=process, by=request.user, at=timezone.now(), **form.cleaned_data)
    )
    if frozen is not None:
        messages.success(request, _("Nothing is deployed on these days."))
        return see_other(reverse(ROUTE, args=[code]))
    return _listing(request, process, freeze=form, status=status_of_form(form))


@login_required
@require_POST
def lift(request: SignedIn, code: str, freeze_id: UUID) -> HttpResponse:
    process = selector.process_of(request.user, code)
    freezes.lift(process=process, freeze_id=freeze_id, by=request.user, at=timezone.now())
    messages.success(request, _("The freeze is lifted."))
    return see_other(reverse(ROUTE, args=[code]))


@login_required
@require_POST
def settle(request: SignedIn, code: str, undeclared_id: UUID) -> HttpResponse:
    process = selector.process_of(request.user, code)
    permissions.check_decides(request.user, process, timezone.now())
    form = SettleForm(request.POST)
    settled = form.passes(
        lambda: undeclared.settle(
            process=process,
            undeclared_id=undeclared_id,
            by=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
    )
    if settled is not None:
        messages.success(request, _("Settled: only what the rules ask for goes to people again."))
        return see_other(reverse(ROUTE, args=[code]))
    return _listing(request, process, settle=form, settling=undeclared_id, status=status_of_form(form))
