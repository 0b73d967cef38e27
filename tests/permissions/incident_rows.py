"""The rows of the matrix for incidents: read by those who read the board."""

from tests.permissions.matrix import ALL, OVERSIGHT, Row, every

INCIDENT_ROWS = [
    Row("governance:incidents", "GET", ALL),
    Row(
        "governance:incident",
        "GET",
        every("ok", *OVERSIGHT, "viewer"),
        kwargs=lambda s: {"incident_id": s.incident},
    ),
]
