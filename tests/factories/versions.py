"""The rules and the matrix of a desk with a version replaced, one in force and one that waits."""

from datetime import datetime

from contracts.models import EscalationMatrix
from reviews.models import RuleSet
from tests import matrices
from tests.factories import rules
from tests.worlds import Desk


def stand(desk: Desk, at: datetime) -> Desk:
    """Of both v1 was replaced, v2 is in force and v3 waits for the owner."""
    rules.replaced(desk, at)
    rules.simulated(desk, at, "9000")
    matrices.in_every_state(desk, at)
    return desk


def states(desk: Desk) -> list[str]:
    """What has become of every version, of the rules first."""
    return [
        state
        for model in (RuleSet, EscalationMatrix)
        for state in model.objects.filter(process=desk.process)
        .order_by("version")
        .values_list("state", flat=True)
    ]
