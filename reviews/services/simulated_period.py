"""Simulating a period: its interactions in one ordered scan, page by page, in bounded memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from contracts.selectors import rates
from reviews.domain import quality
from reviews.domain import simulation as domain
from reviews.domain.cumulative import Running, hour_of
from reviews.domain.rule_terms import RuleSetTerms
from reviews.domain.simulated_figures import Figures
from reviews.domain.simulation import Judged, Past, Trial
from reviews.enums import ChangeKind
from reviews.selectors import simulation_rows
from reviews.selectors.snapshots import Snapshot
from reviews.services import preparing

# Hears after each page how many of how many were counted; raises where nobody wants to know any more.
Beat = Callable[[int, int], None]
_DAYS = 7
# So many interactions are read at once.
PAGE = 4_000
_HOUR = timedelta(hours=1)
# So many changes are looked up together: what people once made of them.
_AT_ONCE = 1_000


def trial(snapshot: Snapshot, candidate: RuleSetTerms, base: RuleSetTerms | None) -> Trial:
    """The rules that are tried on a process, against those they are compared with."""
    return Trial(
        candidate=candidate,
        base=base,
        queues=frozenset(snapshot.queues),
        quarantining=frozenset({preparing.LINEAGE, preparing.ENDPOINT, preparing.PERSONAL})
        | quality.quarantining(snapshot.policy.get("quality")),
    )


def running(snapshot: Snapshot, trial: Trial) -> Running:
    """The sums of subjects as intake keeps them, for the windows that either version asks for."""
    return Running(
        currency=snapshot.currency,
        rates=(),
        max_age_days=int(snapshot.policy.get("fx_max_age_days", _DAYS)),
        windows=trial.windows,
    )


def use_rates(
    snapshot: Snapshot, running: Running, currencies: set[str], first: datetime, last: datetime
) -> None:
    """Give it the rates that conversions between these two moments may use."""
    running.rates = rates.between(
        currencies=currencies - {snapshot.currency, ""},
        into=snapshot.currency,
        on=last.date(),
        days=running.max_age_days + (last - first).days + 1,
    )


def count(
    snapshot: Snapshot, trial: Trial, figures: Figures, since: datetime, until: datetime, beat: Beat
) -> None:
    """Count every interaction of the period."""
    total = simulation_rows.count(snapshot.process, since, until)
    beat(0, total)
    sums = _Sums(snapshot, trial, since) if trial.windows else None
    changed: list[Judged] = []
    for page in simulation_rows.pages(snapshot.process, since, until, PAGE):
        if sums is not None:
            sums.turn(page)
        changed += _counted(trial, figures, page, sums.running if sums else None)
        if len(changed) >= _AT_ONCE:
            _change(figures, changed)
            changed = []
        beat(figures.seen, total)
    _change(figures, changed)


def _counted(trial: Trial, figures: Figures, page: list[Past], running: Running | None) -> list[Judged]:
    """Count a page; returns the interactions that change their way."""
    changed = []
    judge, add = domain.judge, figures.count
    for past in page:
        if running is not None and past.subject:
            running.count(past.subject, past.amount, past.currency, past.at)
        judged = judge(trial, past, running)
        add(judged)
        if judged.kind:
            changed.append(judged)
    return changed


def _change(figures: Figures, changed: list[Judged]) -> None:
    straight = [UUID(one.id) for one in changed if one.kind == ChangeKind.NEWLY_STRAIGHT]
    missed = simulation_rows.missed(straight)
    for one in changed:
        figures.change(one, missed.get(UUID(one.id), ""))


class _Sums:
    """What subjects add up to while a period is scanned: with what they added up to before it, and without what no
    window looks back to any more."""

    def __init__(self, snapshot: Snapshot, trial: Trial, since: datetime) -> None:
        self.snapshot, self.running = snapshot, running(snapshot, trial)
        self.begin = hour_of(since)
        self.longest = max(hours for _, hours in trial.windows) * _HOUR
        self.forgotten = since
        self.known: set[str] = set()
        self.currencies: set[str] = set()
        # The hour in which the period begins is not whole: its tallies hold what is counted again below.
        for subject, amount, currency, at in simulation_rows.subjects_between(
            snapshot.process, self.begin, since
        ):
            self.running.count(subject, amount, currency, at)
            self.currencies.add(currency)

    def turn(self, page: list[Past]) -> None:
        """Get ready for a page."""
        first, last = page[0].at, page[-1].at
        # To look at every subject is dear: twice what the longest window needs is kept at most.
        if first - self.forgotten > self.longest / 2:
            self.running.forget(first)
            self.forgotten = first
        reach = hour_of(first) - self.longest
        if reach < self.begin:
            subjects = {past.subject for past in page if past.subject} - self.known
            self.known |= subjects
            rows = simulation_rows.tallied(
                self.snapshot.process, subjects, self.begin - self.longest, self.begin
            )
            for subject, hour, currency, number, amount in rows:
                self.running.before[subject].append((hour, currency, number, amount))
                self.currencies.add(currency)
        else:
            # Nothing from before the period counts any more.
            self.known.clear()
        self.currencies |= {past.currency for past in page}
        use_rates(self.snapshot, self.running, self.currencies, first, last)
