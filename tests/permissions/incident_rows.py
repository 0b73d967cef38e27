"""The rows of the matrix for incidents: read by those who read the board, closed by those who decide."""

from tests.permissions.matrix import ALL, OVERSIGHT, Row, every

INCIDENT_ROWS = [
    Row("governance:incidents", "GET", ALL),
    Row(
        "governance:incident",
        "GET",
        every("ok", *OVERSIGHT, "viewer"),
        kwargs=lambda s: {"incident_id": s.incident},
    ),
    Row(
        "governance:incident_close",
        "POST",
        # What it is about still counts as undeclared on the stage: whoever may close it is told to settle that first.
        every("403", *OVERSIGHT, "viewer") | every("409", "owner"),
        kwargs=lambda s: {"incident_id": s.incident},
        data=lambda _s: {"done": "The vendor took it back"},
    ),
]
