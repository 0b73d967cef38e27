"""Whether a case needs two pairs of eyes: by its route, or because the figures of whoever decides first are red (E6)."""

from datetime import datetime

from contracts.enums import Tier
from contracts.models import User
from reviews.enums import VigilanceBand
from reviews.models import Case, VigilanceAction

COSTLY = (Tier.CRITICAL, Tier.HIGH)


def needed(case: Case, by: User, tier: str, at: datetime) -> bool:
    """Whether this person's decision on the case is looked at by another one, were he the first."""
    return case.needs_second or (tier in COSTLY and _red(case, by, at))


def _red(case: Case, by: User, at: datetime) -> bool:
    """What a band led to, until a lead clears it: not the band of the moment, which would come and go."""
    return VigilanceAction.objects.filter(
        process=case.process_id,
        reviewer=by,
        band=VigilanceBand.RED,
        raised_at__lte=at,
        cleared_at__isnull=True,
    ).exists()
