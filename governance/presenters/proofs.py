"""Proofs as a reader sees them: a sign, a word, a hue; and one sentence over a whole story."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.domain import canonical
from audit.models import Event
from governance.selectors.standings import Standing, Verdict


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands beside a line about its proof. `uid`, `action` and `at` are what the line shows, for the check in the
    page to compare with the bytes; they are empty where there is nothing to fetch."""

    label: str
    hue: str
    icon: str
    why: str = ""
    uid: str = ""
    action: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a check of a whole story came to."""

    title: str
    text: str
    hue: str


_SIGNS = {
    Verdict.VERIFIED: ("good", "check"),
    Verdict.PENDING: ("neutral", "clock"),
    Verdict.UNSIGNED: ("neutral", "clock"),
    Verdict.ALTERED: ("bad", "bad"),
    Verdict.UNCHECKED: ("warn", "warn"),
}


def badge(event: Event, standing: Standing) -> Badge:
    """The proof of one line: where it stands, or what checking it came to."""
    hue, icon = _SIGNS[standing.verdict] if standing.verdict else ("neutral", _sign(standing))
    return Badge(
        label=_label(standing),
        hue=hue,
        icon=icon,
        why=standing.why if standing.verdict in {Verdict.ALTERED, Verdict.UNCHECKED} else "",
        uid=str(event.uid),
        action=event.action,
        at=canonical.instant(event.occurred_at),
    )


def _sign(standing: Standing) -> str:
    return "clock" if standing.size is None else "lock"


def _label(standing: Standing) -> str:
    match standing.verdict:
        case Verdict.ALTERED:
            return "Does not match"
        case Verdict.UNCHECKED:
            return "Could not be checked"
    if standing.index is None:
        return "Waits for its place in the log"
    if standing.size is None:
        return f"Entry {standing.index:,}, not signed yet"
    done = "verified in" if standing.verdict is Verdict.VERIFIED else "in"
    label = f"Entry {standing.index:,}, {done} the signed tree of {standing.size:,}"
    return f"{label}, witnessed by {', '.join(standing.witnesses)}" if standing.witnesses else label


def summary(standings: Iterable[Standing]) -> Summary:
    """One sentence over all lines that were checked; it says verified only where every line is."""
    verdicts = [standing.verdict for standing in standings]
    count = len(verdicts)
    verified = verdicts.count(Verdict.VERIFIED)
    if altered := verdicts.count(Verdict.ALTERED):
        return Summary(
            f"{altered} of {count} lines do not match the log.",
            "What is stored now is not what was signed. Keep this page and your checkpoints, and tell the operator’s "
            "governance lead and your own auditor.",
            "bad",
        )
    if unchecked := verdicts.count(Verdict.UNCHECKED):
        return Summary(
            f"{unchecked} of {count} lines could not be checked.", "Nothing is said about them.", "warn"
        )
    if not verdicts or verified < count:
        return Summary(
            f"{verified} of {count} lines are verified.",
            "The others wait for a signed checkpoint; check again in a minute.",
            "info",
        )
    return Summary(f"All {count} lines are verified.", "Bytes, path, root and signature fit.", "good")
