"""Enhanced mode: what may be asked for (F1)."""

from datetime import date, timedelta
from decimal import Decimal

from audit.errors import Invalid
from reviews.domain.sampling import HIGHEST

LONGEST = 92
"""Days from today that it may last; what is needed for longer is asked for anew, with its reason."""
SHORTEST_REASON, LONGEST_REASON = 20, 1000
_STEP = Decimal("0.001")


def check(*, fraction: Decimal, reason: str, until: date, today: date) -> None:
    """Raise Invalid for a share that is not above 10 % and at most all, or finer than a tenth of a percent; for a reason of
    less than 20 characters; and for an end that is not in the future or more than 92 days away."""
    if not fraction.is_finite() or not HIGHEST < fraction <= 1:
        raise Invalid(
            "fraction_not_enhanced",
            "The share of enhanced mode lies above 10 % and is 100 % at most; up to 10 % is the plan’s.",
            "fraction",
        )
    if fraction != fraction.quantize(_STEP):
        raise Invalid("fraction_too_fine", "A share has at most one decimal of a percent.", "fraction")
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            "reason_short",
            f"Say in at least {SHORTEST_REASON} characters why more has to be looked at for a time.",
            "reason",
        )
    if not today < until <= today + timedelta(days=LONGEST):
        raise Invalid(
            "end_out_of_range",
            f"The last day lies in the future, {LONGEST} days from today at most.",
            "until",
        )
