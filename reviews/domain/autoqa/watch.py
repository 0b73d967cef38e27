"""What a flag of automatic QA does by itself: it brings a person, where the process says so and the engine is trusted (F4, F5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from reviews.domain import strata
from reviews.domain.autoqa.engine import Engine, Finding
from reviews.domain.autoqa.terms import Terms
from reviews.domain.targeting import ALWAYS, Calibration
from reviews.enums import AutoFlag

REASON = "AUTO_QA"
"""The code of the reason for which an interaction was held before it went out."""


@dataclass(frozen=True)
class Watch:
    """The engine in use on a process, which calibration of it stands, and the flags that bring a person."""

    engine: Engine
    terms: Terms
    flags: frozenset[AutoFlag]
    calibration: Calibration
    version: UUID
    recorded: UUID

    def acts_in(self, language: str) -> bool:
        return self.calibration.acts_in(strata.language(language))

    def before(self, findings: Iterable[Finding]) -> list[Finding]:
        """Of what was found before an output goes out, the first of each flag that holds it. What could not be scored, or
        not to the end, is held as well: nobody knows what is in it."""
        return _first(findings, self.flags | ALWAYS)

    def after(self, findings: Iterable[Finding]) -> list[Finding]:
        """Of what was found after it went out, the first of each flag for which its recall is proposed."""
        return _first(findings, self.flags)


def _first(findings: Iterable[Finding], flags: frozenset[AutoFlag]) -> list[Finding]:
    found: dict[AutoFlag, Finding] = {}
    for finding in findings:
        if finding.flag in flags:
            found.setdefault(finding.flag, finding)
    return list(found.values())
