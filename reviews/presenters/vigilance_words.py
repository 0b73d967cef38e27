"""Vigilance in words: what each signal is called, how it is worked out, and what it found, so that whoever is meant can
check it (E8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviews.domain import vigilance
from reviews.domain.vigilance import Override
from reviews.domain.vigilance_signals import Code
from reviews.enums import VigilanceBand

HUES = {
    VigilanceBand.GREEN: "good",
    VigilanceBand.AMBER: "warn",
    VigilanceBand.RED: "bad",
    VigilanceBand.INSUFFICIENT: "neutral",
}

NAMES: Mapping[str, str] = {
    Code.DWELL: "Time to read",
    Code.HONEYPOT: "Known-bad items",
    Code.STREAK: "Approvals in a row",
    Code.OUTLIER: "Approvals against the others",
    Code.ESCAPE: "Found wrong by QA",
    Code.EVIDENCE: "Evidence not opened",
    Code.RATIONALE: "The same reason again",
    Code.UNEDITED: "Unsure output, never changed",
    Code.BURST: "Many in a minute",
    Code.ACCELERATION: "Hurry at the end",
    Override.FAST: "Half of the last 50 too fast to read",
    Override.HONEYPOTS: "Too many known-bad items let through",
}

FORMULAS: Mapping[Code, str] = {
    Code.DWELL: (
        "Decisions made in less time than reading takes ÷ all whose time was measured. The least time for a text is 40 % of"
        " its words at 238 words a minute, at least 5 s; other languages have their own rates."
    ),
    Code.HONEYPOT: "Known-bad control items let through ÷ those that were given and told about.",
    Code.STREAK: "Approvals as they are, one after the other, up to the last decision. The limit is the row that chance gives"
    " once in a thousand at the usual rate of the process.",
    Code.OUTLIER: "Approvals as they are ÷ decisions, against what the others give on the same steps and severities; the limit"
    " is three standard deviations above that. Under 50 decisions it says nothing.",
    Code.ESCAPE: "Approved items QA found wrong ÷ approved items QA scored. It counts by the share it is at least (Wilson"
    " interval), so one alone hardly counts.",
    Code.EVIDENCE: "Approvals without opening any evidence ÷ approvals where there was some.",
    Code.RATIONALE: "How many of the last 30 reasons have the same words. The words are not kept, only whether they repeat.",
    Code.UNEDITED: "Approvals as they are ÷ decisions where the AI’s own confidence was below 0.80. Told, not counted.",
    Code.BURST: "The most decisions within 60 seconds; the limit is 6. Told, not counted.",
    Code.ACCELERATION: "The pace of the day’s last hour ÷ that of its hours before; pace is time taken ÷ least time to read."
    " Told, not counted.",
}
_COUNTED = {Code.STREAK, Code.BURST}


@dataclass(frozen=True)
class SignalLine:
    name: str
    formula: str
    found: str
    limit: str
    weight: str
    state: str
    hue: str


def lines(signals: list[dict[str, Any]]) -> list[SignalLine]:
    """Every signal that was worked out, the raised ones on top."""
    return [_line(one) for one in sorted(signals, key=lambda one: not one["raised"])]


def _line(one: Mapping[str, Any]) -> SignalLine:
    code = Code(one["code"])
    known = one["scaled"] is not None
    state, hue = ("Raised", "warn") if one["raised"] else ("Not raised", "good")
    if not known:
        state, hue = "Too little to say", "neutral"
    return SignalLine(
        name=NAMES[code],
        formula=FORMULAS[code],
        found=_figure(code, one["figure"], one["of"]),
        limit=_figure(code, one["limit"]),
        weight=f"{vigilance.WEIGHTS[code]} of 100" if code in vigilance.WEIGHTS else "not counted",
        state=state,
        hue=hue,
    )


def _figure(code: Code, value: float | None, of: int = 0) -> str:
    if value is None:
        return "–"
    if code in _COUNTED:
        return f"{value:.0f}"
    share = f"{100 * value:.0f} %"
    return f"{share} of {of:,}" if of else share


def reasons(codes: list[str]) -> str:
    """Why, in one line."""
    return ", ".join(NAMES.get(code, code) for code in codes)
