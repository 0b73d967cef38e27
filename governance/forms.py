"""What comes in from the pages of oversight: by what somebody searches the trail, and how records are kept."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from audit import presenters
from audit.domain import catalogue
from audit.domain.retention import JURISDICTIONS, LEGAL_BASES, HoldScope, RecordClass
from audit.services.retention import LONGEST_REASON
from contracts.enums import Degree, HaltCause, SafeState
from contracts.forms.refusable import Refusable
from contracts.models import Process
from contracts.selectors.halt_scopes import Choice
from contracts.services.halts import CHECKS
from contracts.services.halts import LONGEST as HALT_REASON
from governance.domain.evidence import PURPOSE_LONGEST, PURPOSE_SHORTEST
from governance.domain.record_reads import SUBJECT_KEY
from governance.domain.trail_marks import LONGEST
from governance.domain.webhooks import MessageType

# What happens to an interaction; the rest happens to rules, people, agreements.
_ABOUT_INTERACTIONS = {
    "action",
    "intake",
    "review",
    "escalation",
    "ownership",
    "final_decision",
    "release",
    "pii",
    "qa",
}
_HASHES = re.compile(r"[0-9a-f]{32}(?:\.[0-9a-f]{32}){0,49}")


def _actions() -> Iterator[tuple[str, str]]:
    yield "", "Any"
    for action in catalogue.actions():
        if action.split(".")[0] in _ABOUT_INTERACTIONS:
            yield action, presenters.words(action.replace(".", " "))


def _text(label: str, length: int = LONGEST, *, slash: bool = False) -> forms.CharField:
    """A text; `slash` for the one that the key / jumps to."""
    attributes: dict[str, str | bool] = {"autocomplete": "off", "spellcheck": "false", "data-search": slash}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, required=False, max_length=length, widget=widget)


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    # Beyond these years a midnight may not be a moment any more, and nothing was received.
    years = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d"], widget=widget, validators=years
    )


class WebhookForm(forms.Form):
    """What an endpoint is told and where. Which processes can be chosen the view knows; whether it all stands, the service
    says."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="What you call the receiver, such as “Back office”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Where messages are posted to. It begins with https://.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    types = forms.MultipleChoiceField(
        label="Tell it when",
        choices=MessageType.choices(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    processes = forms.MultipleChoiceField(
        label="In these processes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one process."},
    )

    def __init__(self, processes: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["processes"].choices = list(processes)  # type: ignore[attr-defined]


class ReplayForm(forms.Form):
    """From which entry of the log everything is sent again."""

    from_index = forms.IntegerField(
        label="From entry",
        min_value=0,
        max_value=2**53,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say from which entry of the log.", "invalid": "Write a whole number."},
    )


class TrailForm(forms.Form):
    """A search. `about` is a subject as the agent named him: it is turned into its keyed hashes before it can stand in an
    address (`subject`), where histories and access logs would keep it."""

    q = _text("Interaction, case or external id", slash=True)
    process = _text("Process", 20)
    about = _text("Subject, as the agent names it")
    subject = forms.CharField(required=False, max_length=1700, widget=forms.HiddenInput)
    model = _text("Model version")
    rule = _text("Code of a rule")
    person = _text("Login of who had a hand in it")
    action = forms.ChoiceField(label="What happened", required=False, choices=_actions)
    since = _day("Received from")
    until = _day("Received to")

    def clean_subject(self) -> str:
        given = self.cleaned_data["subject"]
        if given and _HASHES.fullmatch(given) is None:
            raise forms.ValidationError("Search for the subject again.")
        return given

    def clean(self) -> dict | None:
        sent = self.cleaned_data
        if sent.get("since") and sent.get("until") and sent["since"] > sent["until"]:
            self.add_error("until", "It ends before it begins.")
        return sent

    @property
    def narrowed(self) -> bool:
        """Whether anything but the two plain fields is asked for."""
        return any(value for name, value in self.data.items() if name in self.fields and name not in _PLAIN)


_PLAIN = {"q", "process"}


# ── Records ──────────────────────────────────────────────────────────────────────────────────────────────────

_SUBJECT_HELP = "As the agent names it; it is turned into its keyed hash and stands in no address."


def _reason(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        help_text="It stays beside the hold for ever: name no person, but the number of the proceedings.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PolicyForm(forms.Form):
    """For how long a class of records is kept under one jurisdiction."""

    record_class = forms.ChoiceField(label="Records", choices=[(one.value, one.label) for one in RecordClass])
    jurisdiction = forms.ChoiceField(
        label="Under the law of",
        choices=[(one.code, one.name.removeprefix("the ")) for one in JURISDICTIONS.values()],
    )
    keep_days = forms.IntegerField(label="Days", min_value=1, max_value=36_525)


class HoldForm(forms.Form):
    """What a legal hold covers, and why. The id of an interaction or the name of a subject comes by POST alone."""

    prefix = "hold"
    scope = forms.ChoiceField(label="What it covers", choices=[(one.value, one.label) for one in HoldScope])
    about = forms.CharField(
        label="Interaction or subject",
        required=False,
        max_length=200,
        help_text="An interaction by its id or external id, a subject as the agent names it. Empty for everything.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = _reason("Why")

    def clean(self) -> dict | None:
        sent = self.cleaned_data
        if sent.get("scope") in {HoldScope.MATTER, HoldScope.SUBJECT} and not sent.get("about", "").strip():
            self.add_error("about", "Say which interaction or subject it covers.")
        return sent


class LiftForm(forms.Form):
    """Why a hold is lifted."""

    prefix = "lift"
    reason = _reason("Why it is lifted")


class SubjectForm(forms.Form):
    """Whose personal values are looked for."""

    prefix = "find"
    about = forms.CharField(
        label="Subject, or the id of an interaction",
        max_length=200,
        help_text=_SUBJECT_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class EraseForm(forms.Form):
    """An erasure: of whom, on which legal basis, and under which ticket. What stands here stands in the trail for ever,
    so it is a code and an opaque number."""

    subject = forms.CharField(max_length=40, widget=forms.HiddenInput)
    legal_basis = forms.ChoiceField(label="Legal basis", choices=list(LEGAL_BASES.items()))
    ticket = forms.RegexField(
        label="Ticket",
        regex=r"\A[A-Za-z0-9][A-Za-z0-9_./#-]{0,39}\Z",
        required=False,
        help_text="Its number alone, such as DSR-2026-041: it stays in the trail for ever.",
        error_messages={"invalid": "Only a number such as DSR-2026-041, without spaces or names."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReadsForm(forms.Form):
    """By what readings of personal data are searched. `about` is a subject as the agent named him, and never stands in an
    address: it is turned into `subject` first."""

    about = _text("Subject, or the id of an interaction", 200)
    subject = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    person = _text("Login of who read")
    since = _day("Read from")
    until = _day("Read to")

    def clean_subject(self) -> str:
        given = self.cleaned_data["subject"]
        if given and SUBJECT_KEY.fullmatch(given) is None:
            raise forms.ValidationError("Search for the subject again.")
        return given

    def clean(self) -> dict | None:
        sent = self.cleaned_data
        if sent.get("since") and sent.get("until") and sent["since"] > sent["until"]:
            self.add_error("until", "It ends before it begins.")
        return sent


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────


class EvidenceForm(Refusable):
    """For what evidence is asked, and which personal values it shows; `values` are those that can be shown, in words."""

    purpose = forms.CharField(
        label="For whom and why",
        min_length=PURPOSE_SHORTEST,
        max_length=PURPOSE_LONGEST,
        error_messages={"required": "Say for whom this evidence is, and why."},
        help_text="It stands in the file and stays in the trail for ever: name no person.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    show = forms.MultipleChoiceField(
        label="Personal data to show",
        required=False,
        help_text="Each value is named in the trail as shown. What was erased cannot be shown.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, values: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if values:
            self.fields["show"].choices = list(values)  # type: ignore[attr-defined]
        else:
            del self.fields["show"]

    @property
    def shown(self) -> list[str]:
        return list(self.cleaned_data.get("show", []))


class EvidencePeriodForm(EvidenceForm):
    """A period of a client's log, in days of the reader's own time zone."""

    client = forms.ChoiceField(label="Client")
    process = forms.ChoiceField(label="Process", required=False)
    since = _day("Recorded from")
    until = _day("Recorded to")
    field_order = ("client", "process", "since", "until", "purpose", "show")

    def __init__(self, *args: Any, processes: Sequence[Process], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owner = {process.code: process.client.slug for process in processes}
        clients = {process.client.slug: process.client.name for process in processes}
        self.fields["client"].choices = list(clients.items())  # type: ignore[attr-defined]
        codes = [(process.code, f"{process.code} · {process.name}") for process in processes]
        self.fields["process"].choices = [("", "All I read"), *codes]  # type: ignore[attr-defined]
        self.fields["process"].help_text = "Of others there are the hashes: the period is proven whole."
        for name in ("since", "until"):
            self.fields[name].required = True

    def clean(self) -> dict | None:
        sent = self.cleaned_data
        if sent.get("since") and sent.get("until") and sent["since"] > sent["until"]:
            self.add_error("until", "It ends before it begins.")
        if sent.get("client") and sent.get("process") and self._owner.get(sent["process"]) != sent["client"]:
            self.add_error(
                "process", "It is a process of another client: choose one of this client’s, or all."
            )
        return sent


class HaltForm(Refusable):
    """What is to be halted, and why. Which scopes can be chosen the view knows; whether it may be, the service says."""

    what = forms.ChoiceField(label="What")
    degree = forms.ChoiceField(label="How far", choices=Degree.choices(), initial=Degree.HOLD)
    cause = forms.ChoiceField(
        label="Because of",
        choices=HaltCause.choices(),
        initial=HaltCause.MODEL,
        help_text="AI agents are told this class, and not the words below.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=HALT_REASON,
        help_text="For the people who work on it and those who let it go on.",
    )
    drill = forms.BooleanField(
        label="This is a drill: the same effects, marked as a drill everywhere, left out of service levels",
        required=False,
    )

    def __init__(self, choices: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._labels = {choice.value: choice.label for choice in choices}
        grouped: dict[str, list[tuple[str, str]]] = {}
        for choice in choices:
            grouped.setdefault(choice.group, []).append((choice.value, choice.label))
        known = bool(self.initial.get("what"))
        # Nothing is chosen for whoever sees several: in a hurry he would halt the first.
        open_choice = [] if known else [("", "Choose what to halt")]
        self.fields["what"].choices = [*open_choice, *grouped.items()]  # type: ignore[attr-defined]
        # Where it is clear what, only why is left to say, and Enter goes on from there.
        self.fields["reason" if known else "what"].widget.attrs["autofocus"] = True

    def chosen(self) -> str:
        """What was chosen, in words."""
        return self._labels[self.cleaned_data["what"]]


class ReleaseForm(forms.Form):
    """What was checked before it may go on (W3)."""

    checks = forms.MultipleChoiceField(
        label="Before it goes on",
        choices=list(CHECKS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class SafeStateForm(forms.Form):
    safe_state = forms.ChoiceField(
        label="When its AI is halted", choices=SafeState.choices(), widget=forms.RadioSelect
    )
