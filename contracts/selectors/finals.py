"""Who makes final decisions by the matrix in force (C3)."""

from django.db.models import QuerySet

from contracts.enums import MatrixState
from contracts.models import FinalDecisionRule, Process


def in_force(process: Process) -> QuerySet[FinalDecisionRule]:
    """The final decision rules of the active matrix."""
    rows = FinalDecisionRule.objects.filter(matrix__process=process, matrix__state=MatrixState.ACTIVE)
    return rows.order_by("pk")
