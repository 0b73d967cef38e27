"""The board's tiles: a name, a number, its interval, the formula behind it and the list that makes it; and, where the
counting lags behind what happens, a sentence that says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

from audit.selectors.projections import Standing
from governance.domain import adr
from governance.selectors.board import Figures
from governance.selectors.halts import Readiness
from reviews.domain.estimates import Interval
from reviews.enums import VigilanceBand
from reviews.models import Decision, Interaction
from reviews.presenters import words
from reviews.selectors.queues import COUNTED

NOTHING = "–"
# Shorter than this nobody can see that the figures are not of this very moment.
LAG = timedelta(seconds=60)


@dataclass(frozen=True)
class Tile:
    name: str
    number: str
    formula: str
    url: str = ""
    interval: str = ""
    numerator: str = ""
    denominator: str = ""
    delta: str = ""
    hue: str = ""


@dataclass(frozen=True)
class Section:
    """One process on the board."""

    code: str
    name: str
    client: str
    url: str
    notice: str
    needs: list[Tile]
    tiles: list[Tile]


def section(figures: Figures, at: datetime) -> Section:
    process = figures.process
    return Section(
        code=process.code,
        name=process.name,
        client=process.client.name,
        url=reverse("governance:board_process", args=[process.code]),
        notice=notice(figures.counted, at),
        needs=list(_needs(figures, at)),
        tiles=list(_tiles(figures, at)),
    )


def notice(counted: Standing | None, at: datetime) -> str:
    """Up to when the figures are counted, where that is not now; nothing where it is."""
    if counted is None:
        return "Nothing is counted of this process yet."
    since = counted.waiting_since
    if counted.stopped:
        return (
            f"Counted up to {_moment(since, at)}. The counting stands still at an entry it cannot read; an operator has"
            " to look at it. Nothing was passed over: what came later is in the lists and not in the figures. Waiting,"
            " overdue and escalated cases are those of now."
        )
    if counted.rebuilding:
        return (
            f"These figures are being counted anew ({counted.position:,} of {counted.size:,} entries of the trail):"
            " until that is done they are too low. Waiting, overdue and escalated cases are those of now."
        )
    if since is not None and at - since > LAG:
        return (
            f"Counted up to {_moment(since, at)}: what came later is in the lists and not in the figures yet. Waiting,"
            " overdue and escalated cases are those of now."
        )
    return ""


def _moment(moment: datetime | None, at: datetime) -> str:
    if moment is None:
        return "now"
    local = timezone.localtime(moment)
    same_day = local.date() == timezone.localtime(at).date()
    return local.strftime("%H:%M:%S %Z" if same_day else "%Y-%m-%d %H:%M:%S %Z")


def _list(figures: Figures, name: str) -> str:
    return reverse("governance:board_list", args=[figures.process.code, name])


def _percent(interval: Interval) -> tuple[str, str]:
    if interval.share is None:
        return NOTHING, ""
    return f"{interval.share:.1%}".replace("%", " %"), f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


def _rate(
    name: str, interval: Interval, formula: str, part: int, whole: int, url: str, delta: str = ""
) -> Tile:
    number, limits = _percent(interval)
    return Tile(name, number, formula, url, limits, f"{part:,}", f"{whole:,}", delta)


def _tiles(figures: Figures, at: datetime) -> Iterator[Tile]:
    yield Tile(
        "Volume",
        f"{figures.total:,}",
        "Interactions received today and in the 27 days before it (UTC), honeypots left out.",
        _list(figures, "volume"),
        delta=f"{figures.today:,} today",
    )
    yield _rate(
        "Straight-through rate",
        adr.stp_rate(straight_through=figures.straight_through, total=figures.total),
        "Released without a person ÷ all received in these 28 days.",
        figures.straight_through,
        figures.total,
        _list(figures, "straight-through"),
    )
    age = timesince(figures.live.oldest, at) if figures.live.oldest else ""
    yield Tile(
        "Waiting",
        words.bounded(figures.live.waiting, COUNTED),
        "Cases in the queues that nobody holds, now.",
        _list(figures, "waiting"),
        delta=f"oldest {age}" if age else "nobody waits",
    )
    yield from _coverage(figures)
    yield _rate(
        "ADR, reviewed",
        adr.adr_review(changed=figures.changed, reviewed=figures.decided),
        "Reviewed interactions whose output was rejected, replaced or materially edited ÷ all reviewed interactions"
        " with a final decision in these 28 days (ADR_review). Material: a decision field or an amount changed, or"
        " the wording is less than 90 % the same.",
        figures.changed,
        figures.decided,
        _list(figures, "changed"),
        delta=f"{figures.cosmetic:,} cosmetic edits",
    )
    yield _population(figures)
    sampled = sum(count for _, count, _ in figures.sampled)
    wrong = sum(count for _, _, count in figures.sampled)
    yield _rate(
        "Escape rate",
        adr.escape_rate(wrong=wrong, sampled=sampled),
        "Straight-through interactions that QA found wrong ÷ straight-through interactions QA scored, by the day they came in.",
        wrong,
        sampled,
        _list(figures, "sampled"),
        delta="" if sampled >= 10 else "insufficient: fewer than 10 scored",
    )
    yield _vigilance(figures.bands)
    if figures.readiness:
        yield _time_to_halt(figures.readiness, at)


def _coverage(figures: Figures) -> Iterator[Tile]:
    """F10: three layers of looking, each of its own whole. One interaction may be in all of them, so they are never added
    up."""
    out = figures.straight_through + figures.released
    layers = (
        (
            "Coverage, mandatory",
            figures.released,
            out,
            "Went out after a person’s decision ÷ all that went out in these 28 days.",
            _list(figures, "decided"),
        ),
        (
            "Coverage, sampled",
            figures.drawn,
            figures.frame,
            (
                "Drawn for QA by chance ÷ all that went out on the days that were drawn from, of these 28. Targeted picks are"
                " not counted."
            ),
            reverse("reviews:samples"),
        ),
        (
            "Coverage, automatic",
            figures.scored,
            out,
            "Scored by automatic QA ÷ all that went out in these 28 days.",
            _list(figures, "scored"),
        ),
    )
    for name, part, whole, formula, url in layers:
        number = f"{100 * part / whole:.1f} %" if whole else NOTHING
        yield Tile(name, number, formula, url, numerator=f"{part:,}", denominator=f"{whole:,}")


def _vigilance(bands: Mapping[str, int]) -> Tile:
    measured = sum(bands.values())
    red, amber = bands.get(VigilanceBand.RED, 0), bands.get(VigilanceBand.AMBER, 0)
    return Tile(
        "Vigilance",
        f"{red:,} red" if measured else NOTHING,
        "Reviewers whose index over 28 days is below 50, or who decided half of their last 50 cases faster than they can be"
        " read. The index is 100 less what each signal takes.",
        reverse("reviews:vigilance"),
        delta=f"{amber:,} amber of {measured:,} measured" if measured else "nobody is measured yet",
        hue="bad" if red else "",
    )


def _time_to_halt(ready: Readiness, at: datetime) -> Tile:
    last = ready.drilled.last
    drilled = f"drilled {timesince(last.engaged_at, at)} ago" if last and last.engaged_at else "never drilled"
    return Tile(
        "Time to halt",
        words.took(ready.timing.seconds) if ready.timing else NOTHING,
        "Of the last halt or drill that reached this process: from the request to the last release without a person, or"
        " to the halt where nothing was released in between. Each process is drilled every 92 days.",
        reverse("governance:halts"),
        delta=drilled,
    )


def _population(figures: Figures) -> Tile:
    """ADR over all outputs: the reviewed with certainty, the straight-through weighted by their inclusion probability."""
    formula = (
        "Σ(changed ÷ π) ÷ N over all released or decided outputs in these 28 days (ADR_pop): π is 1 for reviewed"
        " interactions and the stored inclusion probability for straight-through ones scored by QA."
    )
    population = figures.decided + figures.straight_through
    name, url = "ADR, all outputs", _list(figures, "reviewed")
    if not population or (figures.straight_through and not figures.sampled):
        why = "nothing decided yet" if not population else "needs QA scores of straight-through interactions"
        return Tile(name, NOTHING, formula, url, delta=why)
    groups = [(1.0, figures.decided, figures.changed), *figures.sampled]
    interval = adr.adr_pop_of_groups(groups, population=population)
    number, limits = _percent(interval)
    weighted = sum(wrong / pi for pi, _, wrong in groups)
    return Tile(name, number, formula, url, limits, f"{weighted:,.1f}", f"{population:,}")


def _needs(figures: Figures, at: datetime) -> Iterator[Tile]:
    """What needs somebody: only what is there is said."""
    if figures.live.overdue:
        yield Tile(
            "Past their time",
            words.bounded(figures.live.overdue, COUNTED),
            "Open cases whose due time is over.",
            _list(figures, "overdue"),
            hue="bad",
        )
    if figures.live.escalated:
        yield Tile(
            "Escalated",
            words.bounded(figures.live.escalated, COUNTED),
            "Cases on their way up the path.",
            reverse("reviews:escalations"),
            hue="warn",
        )
    if figures.live.recalled:
        yield Tile(
            "Recalled",
            words.bounded(figures.live.recalled, COUNTED),
            "Outputs that went out wrong and whose fix nobody has confirmed yet.",
            reverse("reviews:recalls"),
            hue="bad",
        )
    if figures.readiness and figures.readiness.drilled.overdue:
        yield Tile(
            "Halt drill overdue",
            timesince(figures.readiness.drilled.due, at),
            "Since the drill of the halt was due.",
            reverse("governance:halts"),
            hue="bad",
        )
    if figures.quarantined:
        yield Tile(
            "Kept apart",
            f"{figures.quarantined:,}",
            "Quarantined in these 28 days.",
            _list(figures, "quarantined"),
            hue="warn",
        )


@dataclass(frozen=True)
class Row:
    """One interaction behind a figure."""

    url: str
    short: str
    received: datetime
    step: str
    state: str
    confidence: str
    amount: str
    verdict: str


def row(interaction: Interaction, *, blind: bool = False) -> Row:
    """An interaction in a list; `blind` keeps the verdict from a reader who is still to score it."""
    decision = interaction.final_decision
    return Row(
        url=reverse("governance:story", args=[interaction.pk]),
        short=str(interaction.pk)[-8:],
        received=timezone.localtime(interaction.received_at),
        step=interaction.step.name,
        state=interaction.get_state_display(),
        confidence=f"{interaction.confidence:.2f}" if interaction.confidence is not None else NOTHING,
        amount=f"{interaction.amount:,.2f} {interaction.currency}"
        if interaction.amount is not None
        else NOTHING,
        verdict=_verdict(decision, blind),
    )


def _verdict(decision: Decision | None, blind: bool) -> str:
    if decision is None:
        return NOTHING
    return "not shown yet" if blind else str(decision.get_verdict_display())
