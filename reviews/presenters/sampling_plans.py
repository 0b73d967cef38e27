"""The page of a sampling plan: what a half-width takes, in sentences, and the enhanced mode in force."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.presenters.parts import State
from reviews.domain.precision import Basis, Precision, Reach
from reviews.models import EnhancedMode

FORMULA = (
    "n₀ = 1.96²·p(1−p)/x², corrected for a month of N: n = n₀ ÷ (1 + (n₀−1)/N) (Cochran 1977). It reckons with looks that are"
    " spread evenly; weights that look more often where errors cost more make the interval of the whole somewhat wider."
)
_KNOWN = {
    Basis.NOTHING: "the most cautious value, for too little is scored",
    Basis.ESTIMATE: "as estimated from the scores of the last 90 days",
    Basis.LIMIT: "the end of the interval that the scores of the last 90 days leave, for they are all alike",
}
_STATES = {
    Reach.NOTHING: State("Nothing to reckon with", "neutral", "info"),
    Reach.BELOW: State("Below the band: 5 % stays", "info", "info"),
    Reach.WITHIN: State("Within 5–10 %", "good", "check"),
    Reach.ABOVE: State("Above 10 %: enhanced mode is needed", "warn", "warn"),
}


@dataclass(frozen=True)
class Answer:
    """What was asked, what it takes, and what follows."""

    size: str
    sentence: str
    planned: str
    state: State
    formula: str = FORMULA


@dataclass(frozen=True)
class Mode:
    """The enhanced mode in force."""

    share: str
    since: date
    until: date
    reason: str
    by: str
    at: datetime


def mode(found: EnhancedMode) -> Mode:
    return Mode(
        share=f"{100 * found.fraction:.1f} %",
        since=found.since,
        until=found.until,
        reason=found.reason,
        by=found.set_by.name,
        at=found.set_at,
    )


def answer(found: Precision) -> Answer:
    width = f"± {float(found.half_width) * 100:g} %"
    if found.reach == Reach.NOTHING:
        sentence = "Nothing was drawn from in the last 30 days, so there is no month to reckon with."
    else:
        looks = "look" if found.size == 1 else "looks"
        sentence = (
            f"{width} at 95 % takes {found.size:,} {looks} a month, {found.fraction * 100:.1f} % of the {found.population:,}"
            f" that go out. {_follows(found)}"
        )
    return Answer(
        size=f"{found.size:,}",
        sentence=sentence,
        planned=f"Planned with {found.share * 100:.1f} % wrong: {_KNOWN[found.basis]}.",
        state=_STATES[found.reach],
    )


def _follows(found: Precision) -> str:
    if found.reach == Reach.ABOVE:
        return "That is more than a plan draws: enhanced mode is needed, with a reason and an end date."
    if found.reach == Reach.BELOW:
        return "That is less than the least a plan draws: 5 % stays, and tells it more closely."
    return f"Set the share to {found.fraction * 100:.1f} %."
