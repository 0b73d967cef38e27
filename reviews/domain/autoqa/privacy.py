"""Personal data in an output: what no token stands for, and tokens that nothing that came in had."""

from collections.abc import Iterator

from reviews.domain import redaction
from reviews.domain.autoqa.engine import Finding
from reviews.domain.autoqa.reading import Read
from reviews.domain.redaction.tokens import TOKEN
from reviews.enums import AutoFlag

_MOST_NAMED = 5


def findings(output: Read, given: str, region: str) -> Iterator[Finding]:
    """Kinds and counts only: what was found is never repeated."""
    found = redaction.scan_json(output.value, region=region)
    if found:
        kinds = ", ".join(f"{kind} × {count}" for kind, count in list(found.items())[:_MOST_NAMED])
        yield Finding(AutoFlag.PERSONAL, f"The output holds personal data that nothing masks: {kinds}")
    tokens = {token for text in output.texts if "«" in text for token in TOKEN.findall(text)}
    if foreign := sorted(token for token in tokens if token not in given):
        yield Finding(
            AutoFlag.FOREIGN,
            f"The output has personal data that did not come in: {', '.join(foreign[:_MOST_NAMED])}",
        )
