"""What the desk's script learns when a piece of evidence was opened."""

from typing import Any

from django.utils import timezone

from reviews.models import EvidenceView


def opened(view: EvidenceView, missing: list[str]) -> dict[str, Any]:
    """`missing` names what must still be opened before approval."""
    return {"opened": timezone.localtime(view.opened_at).strftime("%H:%M"), "missing": missing}
