"""What keeps an escalation matrix from coming into force, and what its approver should know of it (C1, C3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.domain import escalation_matrix, weekly_hours
from contracts.domain.escalation_matrix import EVERY_CLASS, Key, Need
from contracts.domain.sla_clock import Calendar


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a matrix names, and whether he may do there what it names him for."""

    name: str
    may: bool


@dataclass(frozen=True, slots=True)
class LevelTerms:
    name: str
    person: Holder
    deputy: Holder | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class FinalTerms:
    """Who decides finally on a matter. `strangers` are those of them who do not belong to the party it is given to;
    `authority` says whether the person holds decision authority."""

    matter: str
    party: str
    person: Holder
    deputy: Holder | None
    authority: bool
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: a stable code, a pointer to where, a sentence, and whether it forbids coming into force."""

    code: str
    place: str
    sentence: str
    blocking: bool = True


def row_in_words(key: Key) -> str:
    """A row as people name it: "every case", "class splitting, severity 1"."""
    trigger_class, severity = key
    named = "every case" if trigger_class == EVERY_CLASS else f"class {trigger_class.replace('_', ' ')}"
    return f"{named}, severity {severity}" if severity else named


def place(key: Key) -> str:
    return f"/rows/{key[0]}/{key[1] or 'any'}"


def lint(
    rows: Mapping[Key, Sequence[LevelTerms]],
    finals: Iterable[FinalTerms],
    needs: Iterable[Need],
    *,
    monday: date,
    zone: str,
) -> list[Problem]:
    """Everything that is wrong with a matrix, what forbids it first. `needs` must each find a row."""
    found = [_uncovered(need) for need in escalation_matrix.uncovered(needs, rows)]
    if not rows:
        found.append(Problem("matrix_empty", "/rows", "Nobody is named for any case."))
    elif (EVERY_CLASS, None) not in rows:
        sentence = "There is no row for every case: what no rule sends up would find nobody."
        found.append(Problem("no_row_for_all", "/rows", sentence))
    for key in escalation_matrix.in_order(rows):
        found += _row(key, rows[key], monday, zone)
    for final in finals:
        found += _final(final)
    return sorted(found, key=lambda problem: not problem.blocking)


def _uncovered(need: Need) -> Problem:
    row = row_in_words((need.trigger_class, need.severity))
    return Problem("uncovered", "/rows", f"{need.source} sends cases up, and nobody is named for {row}.")


def _row(key: Key, levels: Sequence[LevelTerms], monday: date, zone: str) -> list[Problem]:
    named = row_in_words(key)
    found = []
    for number, level in enumerate(levels, start=1):
        for holder in (level.person, level.deputy):
            if holder is not None and not holder.may:
                sentence = (
                    f"{holder.name} may not decide escalations of this process: {named}, level {number}."
                )
                found.append(
                    Problem("may_not_decide", f"{place(key)}/{number}", sentence, holder is level.person)
                )
    words = weekly_hours.gaps_in_words([level.calendar for level in levels], monday, zone)
    if words and key[1] == 1:
        sentence = f"Severity 1 needs somebody at every hour, and {named} has nobody: {words}."
        found.append(Problem("worst_uncovered_hours", place(key), sentence, blocking=False))
    elif words:
        sentence = f"Nobody covers these hours of {named}: {words}."
        found.append(Problem("uncovered_hours", place(key), sentence, blocking=False))
    return found


def _final(final: FinalTerms) -> list[Problem]:
    found = []
    where = f"/final/{final.matter}"
    for name in final.strangers:
        sentence = f"{name} does not belong to the {final.party}, which decides finally on {final.matter}."
        found.append(Problem("wrong_party", where, sentence))
    for holder in (final.person, final.deputy):
        if holder is not None and not holder.may:
            sentence = (
                f"{holder.name} may not decide escalations of this process, and is named for {final.matter}."
            )
            found.append(Problem("may_not_decide", where, sentence, holder is final.person))
    if not final.authority:
        sentence = f"{final.person.name} holds no decision authority on this process yet, and needs it for {final.matter}."
        found.append(Problem("no_authority_yet", where, sentence, blocking=False))
    return found
