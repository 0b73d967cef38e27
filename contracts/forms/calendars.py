"""A business calendar as somebody writes it: hours as people say them, a day to a line. Whether it is one, the service says."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.errors import Refused
from contracts.domain import calendar_rules, public_holidays
from contracts.forms.refusable import Refusable
from contracts.models import BusinessCalendar
from contracts.services.agreements import Terms

_TO = re.compile(r"\s*[-–—]\s*")
_SHORT = re.compile(r"\d:\d\d", re.ASCII)
_MOST_LINES = 10_000


def _lines(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=_MOST_LINES,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": "3", "spellcheck": "false"}),
    )


class CalendarForm(Refusable):
    """One calendar. `number` is that of the definition that was read; a calendar that is new has none."""

    name = forms.CharField(label=_("Name"), max_length=calendar_rules.LONGEST_NAME, required=False)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("For example Asia/Kolkata or Europe/Berlin."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    always_open = forms.BooleanField(label=_("Open around the clock, every day"), required=False)
    country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        help_text=_("They are written down with the calendar, for this year and the next two."),
    )
    subdivision = forms.CharField(
        label=_("Part of the country"), required=False, max_length=20, widget=forms.Select
    )
    days_off = _lines(
        _("Further days off"), _("One a line, the day first: 2026-12-24 Christmas Eve. They do not recur.")
    )
    worked = _lines(_("Public holidays that are worked all the same"), _("One day a line: 2026-05-01."))
    why = forms.CharField(label=_("Why it changes"), max_length=200, required=False)
    number = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, row: BusinessCalendar | None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", written(row) if row else None)
        super().__init__(*args, **kwargs)
        for number, day in enumerate(calendar_rules.DAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=_(day), required=False, max_length=200, widget=forms.TextInput(attrs={"size": "28"})
            )
        for name in ("name",) if row else ("why", "number"):
            del self.fields[name]
        self.row = row
        country = self["country"].value() or ""
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            ("", _("no country")),
            *public_holidays.countries().items(),
        ]
        parts = public_holidays.subdivisions(country)
        self.fields["subdivision"].widget.choices = [("", _("the whole country")), *parts.items()]  # type: ignore[attr-defined]
        self.has_parts = bool(parts)

    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in range(len(calendar_rules.DAYS))]

    def terms(self) -> Terms | None:
        """What was written, as the service takes it; none where a line is no day."""
        said = self.cleaned_data
        days_off = self._dated("days_off")
        worked = self._dated("worked")
        if self.errors:
            return None
        always = said["always_open"]
        spans = {str(number): _spans(said[f"day_{number}"]) for number in range(len(calendar_rules.DAYS))}
        parts = public_holidays.subdivisions(said["country"])
        return Terms(
            name=self.row.name if self.row else said["name"],
            time_zone=said["time_zone"].strip(),
            hours={} if always else spans,
            always_open=always,
            days_off=days_off,
            country=said["country"],
            # Without scripts the parts of another country stand there until the page comes back.
            subdivision=said["subdivision"] if parts else "",
            worked=[day for day, _called in worked],
        )

    def refuse(self, refusal: Refused) -> None:
        """Everything that is wrong, each at its field: `hours/2` is the line of Wednesday."""
        told = [(one["pointer"].lstrip("/"), one["detail"]) for one in refusal.details]
        for place, sentence in told or [(refusal.field or "", refusal.sentence)]:
            self.add_error(self._field_of(place), sentence)

    def _field_of(self, place: str) -> str | None:
        head, _slash, day = place.partition("/")
        name = {"hours": f"day_{day or 0}", "holidays": "days_off"}.get(head, head)
        return name if name in self.fields else None

    def _dated(self, name: str) -> list[tuple[date, str]]:
        found = []
        for line in self.cleaned_data.get(name, "").splitlines():
            day, _space, called = line.strip().partition(" ")
            if not day:
                continue
            try:
                found.append((date.fromisoformat(day), called.strip()))
            except ValueError:
                self.add_error(name, _("“%(day)s” is no day: write it as 2026-12-24.") % {"day": day})
        return found


def written(row: BusinessCalendar) -> Mapping[str, Any]:
    """A calendar as its form begins."""
    hours = calendar_rules.written(row.hours)
    days = {f"day_{day}": ", ".join(f"{a}–{b}" for a, b in spans) for day, spans in hours.items()}
    return {
        **days,
        "time_zone": row.time_zone,
        "always_open": row.always_open,
        "country": row.country,
        "subdivision": row.subdivision,
        "days_off": "\n".join(f"{day} {row.names.get(day, '')}".strip() for day in row.days_off),
        "worked": "\n".join(row.worked),
        "number": row.number,
    }


def _spans(text: str) -> list[list[str]]:
    """ "9:00–12:00, 13:00-18:00" as pairs; what is none stays as it is, for the service to refuse."""
    return [
        [f"0{time}" if _SHORT.fullmatch(time) else time for time in _TO.split(part.strip())]
        for part in re.split(r"[,;]", text)
        if part.strip()
    ]
