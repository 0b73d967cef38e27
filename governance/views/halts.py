"""Halts: who may, what runs, halting in two steps (see what it touches, then confirm), letting go on, drills (W1–W4)."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible, Refused
from contracts.api import problems
from contracts.enums import Degree, HaltCause, HaltState
from contracts.models import Halt, User
from contracts.selectors import halt_rights, halt_scopes
from contracts.selectors import halts as found_halts
from governance.forms import HaltForm, ReleaseForm
from governance.presenters import halts as presenter
from governance.selectors import halts as selector
from governance.services import halting
from reviews.presenters import words


@require_GET
@login_required
def halts(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    shown = selector.history(user)
    times = selector.times(shown)
    mean = selector.mean(times.values())
    context = {
        "running": [presenter.line(halt, times.get(halt.pk)) for halt in selector.running(user)],
        "asked": [presenter.line(halt) for halt in selector.asked(user)],
        "history": [presenter.line(halt, times.get(halt.pk)) for halt in shown],
        "mean": words.took(mean) if mean is not None else "",
        "drills": [presenter.drill_line(one) for one in selector.drills(user, at)],
        "holders": [
            (process.code, ", ".join(one.name for one in people) or _("nobody"))
            for process, people in selector.holders(user, at)
        ],
    }
    return render(request, "governance/halts.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Halt something, or ask for it: first what it would touch is spelled out, then it is confirmed."""
    user, at = cast(User, request.user), timezone.now()
    asked = _asked(user, request.GET.get("request") or request.POST.get("request"))
    form = _form(request, user, asked)
    context: dict[str, object] = {
        "form": form,
        "asked": asked,
        "asked_line": presenter.line(asked) if asked else None,
    }
    if not form.is_valid():
        context["may"] = _may_somewhere(user)
        return render(request, "governance/halt_new.html", context, status=400 if form.is_bound else 200)
    sent = form.cleaned_data
    try:
        what = halt_scopes.resolve(user, halt_scopes.parsed(sent["what"]))
        touched = halt_scopes.touched(what)
        if "ask" in request.POST:
            halt = halting.ask(
                what=what,
                cause=HaltCause(sent["cause"]),
                reason=sent["reason"],
                drill=sent["drill"],
                by=user,
                at=at,
            )
            messages.success(request, _("Asked for. Everybody who may halt it was told."))
            return redirect("governance:halt", halt.pk)
        halt_rights.check_can_halt(user, touched, at)
        if "confirm" in request.POST:
            halt = halting.engage(
                what=what,
                degree=Degree(sent["degree"]),
                cause=HaltCause(sent["cause"]),
                reason=sent["reason"],
                drill=sent["drill"],
                request=asked,
                by=user,
                at=at,
                clock=timezone.now,
            )
            _say(request, halt)
            return redirect("governance:halt", halt.pk)
    except (Invalid, Conflict, NotAllowed) as refusal:
        form.refuse(refusal)
        context["may"] = _may_somewhere(user)
        return render(request, "governance/halt_new.html", context, status=problems.status_of(refusal))
    touch = selector.touch(user, what)
    context["touches"] = presenter.touch_sentences(touch, Degree(sent["degree"]))
    context["chosen"] = form.chosen()
    context["degree"] = Degree(sent["degree"]).label
    return render(request, "governance/halt_confirm.html", context)


def _say(request: HttpRequest, halt: Halt) -> None:
    if halt.effective_at:
        messages.success(request, _("Halted. Nothing under the old terms is under way any more."))
    else:
        messages.warning(
            request,
            _("Halted. Something that began before is still under way; this page says when it has ended."),
        )


def _form(request: HttpRequest, user: User, asked: Halt | None) -> HaltForm:
    choices = halt_scopes.choices(user)
    if request.method == "POST":
        return HaltForm(choices, request.POST)
    initial = _initial(request.GET, asked)
    values = [choice.value for choice in choices]
    if "what" not in initial and sum(value.startswith("process:") for value in values) == 1:
        initial["what"] = values[0]
    scope, _sep, code = str(initial.get("what", "")).partition(":")
    first = selector.first_step(user, code) if scope == "process" and asked is None else None
    if first is not None:
        initial["degree"] = first[0]
        if not initial.get("drill"):
            initial["what"] = first[1]
    return HaltForm(choices, initial=initial)


def _initial(query: QueryDict, asked: Halt | None) -> dict[str, object]:
    if asked is not None:
        return {
            "what": halt_scopes.written(asked),
            "cause": asked.cause,
            "reason": asked.reason,
            "drill": asked.drill,
        }
    initial: dict[str, object] = {"drill": bool(query.get("drill"))}
    if query.get("what"):
        initial["what"] = query["what"]
    return initial


def _asked(user: User, text: str | None) -> Halt | None:
    if not text:
        return None
    try:
        halt = found_halts.found(user, UUID(text))
    except ValueError:
        raise NotVisible("not_found", "There is no such request that you can see.") from None
    return halt if halt.state == HaltState.REQUESTED else None


def _may_somewhere(user: User) -> bool:
    return selector.may_somewhere(user, timezone.now())


@require_GET
@login_required
def halt(request: HttpRequest, halt_id: UUID) -> HttpResponse:
    return _page(request, halt_id)


def _page(request: HttpRequest, halt_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    user = cast(User, request.user)
    found = found_halts.found(user, halt_id)
    sent = request.POST if refusal else None
    context = {
        "page": presenter.page(found, user, timezone.now()),
        "form": ReleaseForm(sent) if sent else ReleaseForm(),
        "sentence": refusal.sentence if refusal else "",
    }
    status = problems.status_of(refusal) if refusal else 200
    return render(request, "governance/halt.html", context, status=status)


@require_POST
@login_required
def release(request: HttpRequest, halt_id: UUID) -> HttpResponse:
    """Let it go on, or ask somebody else to: which of the two the button says."""
    user, at = cast(User, request.user), timezone.now()
    found = found_halts.found(user, halt_id)
    checks = request.POST.getlist("checks")
    try:
        if "ask" in request.POST:
            halting.request_release(halt=found, checks=checks, by=user, at=at)
            messages.success(request, _("The release is asked for. Somebody else lets it go on."))
        else:
            halting.release(halt=found, checks=checks, by=user, at=at)
            messages.success(request, _("Released. It goes on."))
    except (Invalid, Conflict, NotAllowed) as refusal:
        return _page(request, halt_id, refusal)
    return redirect("governance:halt", halt_id)


@require_POST
@login_required
def decline(request: HttpRequest, halt_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = found_halts.found(user, halt_id)
    try:
        halting.decline(halt=found, by=user, at=timezone.now())
    except (Conflict, NotAllowed) as refusal:
        return _page(request, halt_id, refusal)
    messages.success(request, _("Declined."))
    return redirect("governance:halt", halt_id)
