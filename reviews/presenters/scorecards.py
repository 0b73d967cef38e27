"""The builder of scorecards: what each line is worth, and what failing it would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.domain import scorecard
from reviews.domain.scorecard import Item


@dataclass(frozen=True)
class Worth:
    """A line of the preview: its share of what applies, and the score with this line failed and all others passed."""

    text: str
    share: str
    failed: str
    passes: bool
    critical: bool


def preview(items: Sequence[Item], pass_mark: int) -> list[Worth]:
    """The lines that are asked; the weight of what is not goes to them."""
    return [
        Worth(
            text=item.text,
            share=f"{worth.share:.1f}",
            failed=f"{worth.failed.score:.2f}".rstrip("0").rstrip("."),
            passes=worth.failed.passed,
            critical=item.critical,
        )
        for item, worth in scorecard.preview(items, pass_mark=pass_mark)
    ]
