"""The engine that comes with the portal: rules and word lists, the same answer every time, nothing leaves the house."""

from reviews.domain.autoqa import grounding, injection, policy, privacy, reading, sentiment, tone
from reviews.domain.autoqa.engine import Finding, Result, Subject
from reviews.domain.autoqa.reading import Read
from reviews.domain.autoqa.terms import Terms
from reviews.enums import AutoFlag


class LocalEngine:
    """Sentiment of what came in; grounding, policy, personal data and tone of what the AI put out; injection."""

    name = "countersign-local"
    version = "1.0"

    def score(self, subject: Subject, terms: Terms) -> Result:
        given, output = reading.read(subject.input), reading.read(subject.output)
        beside = reading.read([subject.citations, subject.beside])
        given_text, output_text = given.text, output.text
        ground = f"{given_text}\n{beside.text}"
        heard, said = reading.plain(reading.bare(given_text)), reading.plain(reading.bare(output_text))
        languages = reading.languages(subject.language, output_text or given_text)
        feeling = sentiment.score(heard, languages)
        stated = _stated(subject, output)
        found: list[Finding] = [
            *injection.findings(given_text),
            *privacy.findings(output, ground, subject.region),
            *policy.findings(subject, said, terms),
            *grounding.findings(reading.bare(stated), reading.bare(ground), languages),
            *tone.findings(reading.bare(output_text), said, languages),
            *sentiment.findings(feeling),
        ]
        if given.cut or output.cut or beside.cut:
            found.append(
                Finding(AutoFlag.UNREAD, "This is longer or deeper than is read; its rest was not looked at")
            )
        return Result(feeling, tuple(found))


def _stated(subject: Subject, output: Read) -> str:
    """What the output says in its own words."""
    if not subject.chosen or not isinstance(output.value, dict):
        return output.text
    return reading.read(
        {name: item for name, item in output.value.items() if name not in subject.chosen}
    ).text
