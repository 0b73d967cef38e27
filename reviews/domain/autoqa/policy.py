"""Whether an output keeps to what its process wants said, not said, and cited."""

from collections.abc import Iterator

from reviews.domain.autoqa import reading
from reviews.domain.autoqa.engine import Finding, Subject
from reviews.domain.autoqa.terms import Terms
from reviews.enums import AutoFlag


def findings(subject: Subject, low: str, terms: Terms) -> Iterator[Finding]:
    """What the output lacks or must not say; `low` is its text as it is compared."""
    language = subject.language[:2].lower()
    for phrase in terms.forbidden:
        if phrase.counts(subject.step, language) and reading.plain(phrase.text) in low:
            yield Finding(AutoFlag.FORBIDDEN, f"The output says “{phrase.text}”")
    for phrase in terms.required:
        if phrase.counts(subject.step, language) and reading.plain(phrase.text) not in low:
            yield Finding(AutoFlag.REQUIRED, f"The output does not say “{phrase.text}”")
    if subject.step in terms.cited and not subject.citations:
        yield Finding(AutoFlag.CITATION, "This step points to a source, and the output points to none")
