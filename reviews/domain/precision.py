"""How many looks a month it takes to tell a share within ± x at 95 % (F1, F8)."""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from statistics import NormalDist

from audit.errors import Invalid
from contracts.enums import Labelled
from reviews.domain.estimates import Interval
from reviews.domain.sampling import HIGHEST, LOWEST

NARROWEST, WIDEST = Decimal("0.001"), Decimal("0.2")
WORST = 0.5
"""The share that needs most looks: for whoever knows nothing yet."""
_Z = NormalDist().inv_cdf(0.975)
_STEP = Decimal("0.001")


class Reach(Labelled):
    """Where the share that is needed lies."""

    NOTHING = "nothing"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


class Basis(Labelled):
    """Where the planned share comes from: nothing is known, it is estimated, or it is the end of an interval that has only
    one, because nothing wrong was seen, or nothing else."""

    NOTHING = "nothing"
    ESTIMATE = "estimate"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Precision:
    """What ± `half_width` takes of a month of `population`, where about `share` is wrong: `size` looks, `fraction` of it.

    `fraction` is rounded up to a tenth of a percent, as a plan takes it.
    """

    half_width: Decimal
    population: int
    share: float
    basis: Basis
    size: int
    fraction: Decimal
    reach: Reach


def check(half_width: Decimal) -> Decimal:
    """`half_width` itself where it can be asked for; Invalid outside of 0.1 to 20 percentage points."""
    if not half_width.is_finite() or not NARROWEST <= half_width <= WIDEST:
        raise Invalid(
            "half_width_out_of_range", "Between 0.1 and 20 percentage points can be asked for.", "half_width"
        )
    return half_width


def needed(half_width: float, population: int, share: float) -> int:
    """The looks at `population` that tell a `share` within ± `half_width` at 95 %: ± 5 % of 2,000 at a half is 323.

    n₀ = z²·p(1−p)/x², and of so many: n = n₀ / (1 + (n₀−1)/N). Cochran, Sampling Techniques, 3rd edition 1977, §4.4, by which
    looks are spread evenly.
    """
    if not 0 < share < 1 or half_width <= 0:
        raise ValueError("A planned share lies between 0 and 1, and a half-width above 0.")
    if population <= 0:
        return 0
    unlimited = _Z**2 * share * (1 - share) / half_width**2
    # Less than one look is one all the same, of which the correction makes nothing.
    looks = max(unlimited, 1.0)
    return min(math.ceil(looks / (1 + (looks - 1) / population)), population)


def plan(half_width: Decimal, population: int, found: Interval | None) -> Precision:
    """What a half-width takes, by the share that was found, or by a half where none was.

    Where nothing wrong was found, or nothing else, the inner end of the interval is planned with. Raises Invalid as `check`
    does.
    """
    check(half_width)
    value, basis = _planned(found)
    size = needed(float(half_width), population, value)
    part = Decimal(size) / population if population else Decimal(0)
    fraction = part.quantize(_STEP, rounding=ROUND_CEILING)
    return Precision(
        half_width=half_width,
        population=population,
        share=value,
        basis=basis,
        size=size,
        fraction=fraction,
        reach=_reach(fraction, population),
    )


def _planned(found: Interval | None) -> tuple[float, Basis]:
    if found is None or found.share is None:
        return WORST, Basis.NOTHING
    if found.share in (0, 1):
        return (found.high if found.share == 0 else found.low), Basis.LIMIT
    return found.share, Basis.ESTIMATE


def _reach(fraction: Decimal, population: int) -> Reach:
    if not population:
        return Reach.NOTHING
    if fraction < LOWEST:
        return Reach.BELOW
    return Reach.ABOVE if fraction > HIGHEST else Reach.WITHIN
