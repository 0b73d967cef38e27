"""What rules would have done: asked for, watched while it is counted, read."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid
from contracts.models import User
from reviews.forms.periods import PeriodForm
from reviews.forms.simulations import FileForm
from reviews.models import RuleSet, RuleSimulation
from reviews.presenters import simulations as presenter
from reviews.selectors import rulesets
from reviews.selectors import simulations as selector
from reviews.services import rule_events, simulations
from reviews.views import requests

ASKED = gettext_lazy("It is being counted. This page shows how far it is.")


@login_required
@require_http_methods(["GET", "POST"])
def simulation(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The newest simulation of a version, and the forms to ask for another."""
    ruleset = selector.version(user=cast(User, request.user), code=code, number=version)
    if request.method == "POST":
        return _ask(request, ruleset)
    return _page(request, ruleset, selector.newest(ruleset))


@login_required
@require_GET
def one(request: HttpRequest, code: str, version: int, simulation_id: UUID) -> HttpResponse:
    """One simulation, also an old one."""
    found = selector.one(
        user=cast(User, request.user), code=code, number=version, simulation_id=simulation_id
    )
    return _page(request, found.ruleset, found)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str, version: int, simulation_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = selector.one(user=user, code=code, number=version, simulation_id=simulation_id)
    try:
        simulations.cancel(simulation_id=found.pk, by=user, at=timezone.now())
        messages.info(request, _("It is not counted any more."))
    except Conflict as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("reviews:rules_simulation_one", code, version, found.pk)


def _ask(request: HttpRequest, ruleset: RuleSet) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    if request.POST.get("kind") == "file":
        file = FileForm(request.POST, request.FILES)

        def ask() -> RuleSimulation:
            sent = file.cleaned_data["file"]
            return simulations.ask_file(
                ruleset_id=ruleset.pk, name=sent.name, chunks=sent.chunks(), by=user, at=at
            )

        return _asked(request, ruleset, ask, file=file)
    period = PeriodForm(request.POST)

    def ask_period() -> RuleSimulation:
        sent = period.cleaned_data
        return simulations.ask_period(
            ruleset_id=ruleset.pk,
            by=user,
            at=at,
            since=_midnight(sent["since"]),
            until=_midnight(sent["until"] + timedelta(days=1)),
        )

    return _asked(request, ruleset, ask_period, period=period)


def _asked(
    request: HttpRequest,
    ruleset: RuleSet,
    ask: Callable[[], RuleSimulation],
    *,
    period: PeriodForm | None = None,
    file: FileForm | None = None,
) -> HttpResponse:
    """Ask, and go where it is watched; a refusal stays on the form with what was filled in."""
    form = cast(PeriodForm | FileForm, period or file)
    status = 400
    if form.is_valid():
        try:
            asked = ask()
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.refuse(refusal)
            status = 409
        else:
            messages.success(request, ASKED)
            return redirect("reviews:rules_simulation_one", ruleset.process.code, ruleset.version, asked.pk)
    return _page(request, ruleset, selector.newest(ruleset), period=period, file=file, status=status)


def _page(
    request: HttpRequest,
    ruleset: RuleSet,
    found: RuleSimulation | None,
    *,
    period: PeriodForm | None = None,
    file: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = cast(User, request.user)
    base = reverse("reviews:rules_simulation", args=[ruleset.process.code, ruleset.version])
    context = {
        "ruleset": ruleset,
        "name": ruleset.process.name,
        "code": ruleset.process.code,
        "number": ruleset.version,
        "address": base,
        "open": ruleset.state in rulesets.OPEN,
        "lines": [
            presenter.line(row, ruleset, found.pk if found else None) for row in selector.of_version(ruleset)
        ],
        "shown": None,
        "period": period or PeriodForm(initial=_usual()),
        "file": file or FileForm(),
        "asking": status != 200,
    }
    if found is not None:
        context["shown"] = presenter.shown(
            found, ruleset, rulesets.active(ruleset.process), rule_events.digest(ruleset)
        )
        if found.figures.get("changed"):
            context |= _changes(request, found, reader)
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "reviews/simulation.html#simulation" if fragment else "reviews/simulation.html"
    return render(request, template, context, status=status)


def _changes(request: HttpRequest, found: RuleSimulation, reader: User) -> dict[str, object]:
    kind = request.GET.get("kind", "")
    rows, following = selector.changes(
        found, kind=kind, after=requests.number(request.GET.get("after", "")) or 0
    )
    address = reverse(
        "reviews:rules_simulation_one", args=[found.process.code, found.ruleset.version, found.pk]
    )
    result = found.figures
    return {
        "changes": presenter.changes(rows, result["currency"], reader, found),
        "filters": presenter.filters(result, address, kind),
        "listed": result["listed"],
        "changed": result["changed"],
        "previous_url": f"{address}?{urlencode({'kind': kind})}" if request.GET.get("after") else "",
        "next_url": f"{address}?{urlencode({'kind': kind, 'after': str(following)})}" if following else "",
    }


def _usual() -> dict[str, object]:
    today = timezone.localdate()
    return {"since": today - simulations.USUAL, "until": today}


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))  # type: ignore[arg-type]
