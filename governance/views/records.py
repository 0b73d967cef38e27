"""The records of a client: how long they are kept, what is held, and what is erased on request (M5, M6)."""

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

from audit.domain.retention import HoldScope, RecordClass
from audit.errors import Conflict, NotAllowed, NotVisible, Refused
from contracts.models import User
from governance import permissions
from governance.forms import EraseForm, HoldForm, LiftForm, PolicyForm, SubjectForm
from governance.presenters import records as presenter
from governance.selectors import records as selector
from governance.services import records as service


@require_GET
@login_required
def clients(request: HttpRequest) -> HttpResponse:
    """The clients whose records the reader may see; one alone needs no list."""
    found = selector.clients(_user(request))
    if len(found) == 1:
        return redirect("governance:records_client", found[0].log_key)
    return render(request, "governance/records_clients.html", {"clients": found})


@require_GET
@login_required
def records(request: HttpRequest, log: str) -> HttpResponse:
    """Policies, the next purge, holds, and the way to an erasure."""
    return _page(request, log)


@require_POST
@login_required
def set_policy(request: HttpRequest, log: str) -> HttpResponse:
    """Set a period; one that is outside its bounds stays in the form, with the reason."""
    user, form = _user(request), PolicyForm(request.POST)
    _keepers_only(user, log)
    if not form.is_valid():
        return _page(request, log, policy_form=form, status=400)
    sent = form.cleaned_data
    try:
        service.set_policy(
            log=log,
            record_class=RecordClass(sent["record_class"]),
            jurisdiction=sent["jurisdiction"],
            keep_days=sent["keep_days"],
            user=user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, log, refusal, policy_form=form)
    messages.success(request, _("The period is set. It holds from the next purge on."))
    return redirect("governance:records_client", log)


@require_POST
@login_required
def place_hold(request: HttpRequest, log: str) -> HttpResponse:
    """Place a legal hold. A POST, so that no reference stands in an address."""
    user, form = _user(request), HoldForm(request.POST)
    _keepers_only(user, log)
    if not form.is_valid():
        return _page(request, log, hold_form=form, status=400)
    sent = form.cleaned_data
    try:
        service.place_hold(
            log=log,
            scope=HoldScope(sent["scope"]),
            about=sent["about"],
            reason=sent["reason"],
            user=user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, log, refusal, hold_form=form)
    messages.success(request, _("The hold is placed. Nothing that it covers is removed until it is lifted."))
    return redirect("governance:records_client", log)


@require_POST
@login_required
def lift_hold(request: HttpRequest, log: str, hold_id: UUID) -> HttpResponse:
    """Lift a hold that somebody else placed."""
    user, form = _user(request), LiftForm(request.POST)
    _keepers_only(user, log)
    if not form.is_valid():
        return _page(request, log, lift_form=form, lifting=str(hold_id), status=400)
    try:
        service.lift_hold(
            log=log, hold_id=hold_id, reason=form.cleaned_data["reason"], user=user, at=timezone.now()
        )
    except Refused as refusal:
        return _refused(request, log, refusal, lift_form=form, lifting=str(hold_id))
    messages.success(request, _("The hold is lifted. What is past its period goes with the next purge."))
    return redirect("governance:records_client", log)


@require_POST
@login_required
def find_subject(request: HttpRequest, log: str) -> HttpResponse:
    """What the vault holds of somebody. A POST, so that no reference stands in an address; it changes nothing."""
    user, form = _user(request), SubjectForm(request.POST)
    _keepers_only(user, log)
    if not form.is_valid():
        return _page(request, log, subject_form=form, status=400)
    try:
        found = selector.subject(user, log, form.cleaned_data["about"])
    except Refused as refusal:
        return _refused(request, log, refusal, subject_form=form)
    card = presenter.subject_card(found)
    return _page(
        request, log, subject_form=form, subject=card, erase_form=EraseForm(initial={"subject": card.key})
    )


@require_POST
@login_required
def erase(request: HttpRequest, log: str) -> HttpResponse:
    """Erase what was found."""
    user, form = _user(request), EraseForm(request.POST)
    _keepers_only(user, log)
    if not form.is_valid():
        return _page(request, log, erase_form=form, subject=_again(user, log, form), status=400)
    sent = form.cleaned_data
    try:
        count = service.erase(
            log=log,
            subject=sent["subject"],
            legal_basis=sent["legal_basis"],
            ticket=sent["ticket"],
            user=user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, log, refusal, erase_form=form, subject=_again(user, log, form))
    told = ngettext(
        "%(count)d personal value was erased, and its key destroyed. The proofs stay as they were.",
        "%(count)d personal values were erased, and their key destroyed. The proofs stay as they were.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("governance:records_client", log)


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _keepers_only(user: User, log: str) -> None:
    """A reader without the right is refused before his input is judged."""
    permissions.check_can_keep_records(user, selector.client(user, log))


def _again(user: User, log: str, form: EraseForm) -> presenter.SubjectCard | None:
    key = form.data.get("subject", "")
    found = selector.by_key(user, log, key)
    return presenter.subject_card(found) if found else None


def _refused(request: HttpRequest, log: str, refusal: Refused, **forms: object) -> HttpResponse:
    """A refusal beside the field it is about, where there is one."""
    status = {NotVisible: 404, NotAllowed: 403, Conflict: 409}.get(type(refusal), 400)
    if status != 400:
        # The state has moved on: what was filled in is of no use any more.
        return _page(request, log, status=status, refusal=refusal.sentence)
    bound = next(form for form in forms.values() if isinstance(form, Form))
    field = {"key": "about"}.get(refusal.field or "", refusal.field)
    bound.add_error(field if field in bound.fields else None, refusal.sentence)
    return _page(request, log, status=status, **forms)


def _page(request: HttpRequest, log: str, *, status: int = 200, **shown: object) -> HttpResponse:
    user = _user(request)
    found = selector.records(user, log, timezone.now())
    context = {
        "page": presenter.page(found, user),
        "policy_form": PolicyForm(),
        "hold_form": HoldForm(),
        "lift_form": LiftForm(),
        "subject_form": SubjectForm(),
        "erase_form": None,
        "subject": None,
        "lifting": "",
        "refusal": "",
        **shown,
    }
    return render(request, "governance/records.html", context, status=status)
