"""Vigilance in the demo world: its past is written down after its present, so it is counted anew when either is there."""

from audit.services import origins
from governance.demo.world import ORIGIN, World
from reviews.services import vigilance_counting, vigilance_judging


def count(world: World) -> None:
    """Count and judge all there is, in the order in which it happened. Running it again adds nothing."""
    with origins.writing(origin=ORIGIN, quiet=True):
        vigilance_counting.begin_again()
        vigilance_judging.sweep(at=world.now)
