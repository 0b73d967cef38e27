"""The gap checker (L1): what a contract says of each clause template, from the words of its clauses."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.domain.clause_templates import TEMPLATES, ClauseTemplate
from contracts.domain.contracting import number_key
from contracts.enums import Labelled


class Standing(Labelled):
    PRESENT = "present"
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it stands in a version; `template` where its author said what it answers."""

    number: str
    title: str
    text: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    template: ClauseTemplate
    standing: Standing
    clauses: tuple[str, ...]
    lacks: tuple[str, ...]
    reason: str


def assess(clauses: Iterable[ClauseText], templates: Sequence[ClauseTemplate] = TEMPLATES) -> list[Finding]:
    """What is present, weak or missing, template by template.

    Present: the clauses that speak of it say together all a strong one must say. Weak: some of it is not said. Missing: no clause
    speaks of it.
    """
    known = sorted(clauses, key=lambda clause: number_key(clause.number))
    return [_assess(template, known) for template in templates]


def _assess(template: ClauseTemplate, clauses: Sequence[ClauseText]) -> Finding:
    about = [clause for clause in clauses if clause.template == template.id or _speaks(clause, template)]
    if not about:
        return Finding(
            template,
            Standing.MISSING,
            (),
            tuple(mark.says for mark in template.marks),
            "No clause speaks of it.",
        )
    said = " ".join(_plain(clause.text) for clause in about)
    lacks = tuple(mark.says for mark in template.marks if not re.search(mark.pattern, said))
    numbers = tuple(clause.number for clause in about)
    named = ("Clause " if len(numbers) == 1 else "Clauses ") + ", ".join(numbers)
    if lacks:
        verb = "does" if len(numbers) == 1 else "do"
        return Finding(
            template, Standing.WEAK, numbers, lacks, f"{named} {verb} not say: {'; '.join(lacks)}."
        )
    verb = "says" if len(numbers) == 1 else "say"
    return Finding(template, Standing.PRESENT, numbers, (), f"{named} {verb} what a strong clause says.")


def _speaks(clause: ClauseText, template: ClauseTemplate) -> bool:
    said = _plain(f"{clause.title}. {clause.text}")
    return all(re.search(group, said) for group in template.topic)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def count(findings: Iterable[Finding]) -> dict[Standing, int]:
    """How many there are of each standing."""
    numbers = dict.fromkeys(Standing, 0)
    for finding in findings:
        numbers[finding.standing] += 1
    return numbers
