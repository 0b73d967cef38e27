"""Business calendars of a process: which there are, what one says, and defining one, by a form without scripts."""

import zoneinfo
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.errors import Conflict, Invalid, Refused
from contracts import access, permissions
from contracts.domain import public_holidays
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.forms.calendars import CalendarForm
from contracts.models import BusinessCalendar, Process
from contracts.presenters import agreement_tabs
from contracts.presenters import calendars as presenter
from contracts.presenters.calendars import DayOff
from contracts.presenters.parts import Button
from contracts.selectors import calendars as selector
from contracts.services import agreements
from contracts.services.agreements import Terms
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

ROUTE = "contracts:calendars"
_READERS = "Business calendars are read by those who read the contracts."


@login_required
@require_GET
def calendars(request: SignedIn, code: str) -> HttpResponse:
    process = _process(request, code)
    found = selector.of_process(request.user, process)
    context = {
        "process": {"code": process.code, "name": process.name},
        "tabs": agreement_tabs.of(request.user, process, ROUTE),
        "rows": presenter.rows(process, found, selector.uses(process), timezone.now().date()),
        "define": Button(
            reverse("contracts:calendar_define", args=[code]),
            *access.allowed(permissions.check_can_define_calendar, request.user, process),
        ),
    }
    return render(request, "contracts/calendars.html", context)


@login_required
@require_GET
def calendar(request: SignedIn, code: str, calendar_id: UUID) -> HttpResponse:
    process = _process(request, code)
    row = selector.one(request.user, process, calendar_id)
    used_by = list(selector.processes_of(row))
    define = Button(
        reverse("contracts:calendar_redefine", args=[code, row.pk]),
        *access.allowed(permissions.check_can_redefine_calendar, request.user, row, process, used_by),
    )
    what = selector.uses(process).get(row.pk, [])
    context = {
        "process": {"code": process.code, "name": process.name},
        "tabs": agreement_tabs.of(request.user, process, ROUTE),
        "page": presenter.page(
            row,
            selector.definitions(row),
            what,
            define,
            _source(row.country, row.subdivision),
            timezone.now(),
        ),
    }
    return render(request, "contracts/calendar.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def define(request: SignedIn, code: str) -> HttpResponse:
    """A calendar that is new."""
    process = _process(request, code)
    permissions.check_can_define_calendar(request.user, process)
    return _form(request, process, None)


@login_required
@require_http_methods(["GET", "POST"])
def redefine(request: SignedIn, code: str, calendar_id: UUID) -> HttpResponse:
    """What a calendar says from now on."""
    process = _process(request, code)
    row = selector.one(request.user, process, calendar_id)
    permissions.check_can_redefine_calendar(request.user, row, process, list(selector.processes_of(row)))
    return _form(request, process, row)


def _form(request: SignedIn, process: Process, row: BusinessCalendar | None) -> HttpResponse:
    """The form of a calendar. Choosing a country brings the page back with its parts and holidays; what was typed stays."""
    sent = request.POST if request.method == "POST" else None
    looking = sent is not None and "look" in sent
    at = timezone.now()
    form = CalendarForm(row, sent)
    if looking:
        # Nothing is judged yet: the form begins with what was typed.
        form = CalendarForm(
            row, initial={**request.POST.dict(), "always_open": "always_open" in request.POST}
        )
    refusal: Refused | None = None
    if not looking and form.is_valid() and (terms := form.terms()) is not None:
        try:
            done = _said(request, process, row, form, terms, at)
        except (Invalid, Conflict) as refused:
            refusal = refused
            if isinstance(refused, Conflict) and row is not None:
                # What was typed stays; sent again, it is meant for the calendar as it stands now.
                row.refresh_from_db()
                form = CalendarForm(row, {**request.POST.dict(), "number": str(row.number)})
                form.is_valid()
            form.refuse(refused)
        else:
            messages.success(request, _("“%(name)s” counts from now on.") % {"name": done.name})
            return see_other(reverse("contracts:calendar", args=[process.code, done.pk]))
    context = {
        "form": form,
        "process": {"code": process.code, "name": process.name},
        "name": row.name if row else "",
        "back": reverse("contracts:calendar", args=[process.code, row.pk])
        if row
        else reverse(ROUTE, args=[process.code]),
        "zones": sorted(zoneinfo.available_timezones()),
        "preview": _preview(form, at),
        "looking": looking,
        "country": _source(form["country"].value() or "", form["subdivision"].value() or ""),
    }
    return render(request, "contracts/calendar_define.html", context, status=status_of_form(form, refusal))


def _said(
    request: SignedIn,
    process: Process,
    row: BusinessCalendar | None,
    form: CalendarForm,
    terms: Terms,
    at: datetime,
) -> BusinessCalendar:
    if row is None:
        return agreements.define_for(process=process, terms=terms, by=request.user, at=at)
    return agreements.redefine_calendar(
        process=process,
        calendar_id=row.pk,
        number=form.cleaned_data["number"] or 0,
        terms=terms,
        why=form.cleaned_data["why"],
        by=request.user,
        at=at,
        link=lambda code: reverse("contracts:calendar", args=[code, row.pk]),
    )


def _preview(form: CalendarForm, at: datetime) -> list[DayOff]:
    country, subdivision = form["country"].value() or "", form["subdivision"].value() or ""
    if not country:
        return []
    try:
        known = public_holidays.days(country, subdivision, [at.year])
        known |= public_holidays.days(country, subdivision, [at.year + 1])
    except LookupError:
        return []
    return presenter.preview(known, at.date())


def _source(country: str, subdivision: str) -> str:
    """Where public holidays come from, in words."""
    named = public_holidays.countries().get(country, "")
    part = public_holidays.subdivisions(country).get(subdivision, "") if named else ""
    return f"{named}, {part}" if part else named


def _process(request: SignedIn, code: str) -> Process:
    return access.process(request.user, code, VIEW_CONTRACTS, _READERS)
