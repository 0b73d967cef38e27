"""The rows of the matrix for what AI agents call: by key, never by session."""

from tests.permissions.matrix import Row

API_ROWS: list[Row] = [
    Row(
        "reviews:api_interactions",
        "POST",
        {"own_key": "201", "foreign_key": "403"},
        data=lambda s: s.payload,
        content_type="application/json",
    ),
    Row(
        "reviews:api_import",
        "POST",
        {"own_key": "ok", "foreign_key": "ok"},
        data=lambda s: s.payload,
        content_type="application/x-ndjson",
    ),
    Row(
        "reviews:api_interaction",
        "GET",
        {"own_key": "ok"},
        kwargs=lambda s: {"interaction_id": s.interaction},
    ),
    Row("reviews:api_outcome", "GET", {"own_key": "ok"}, kwargs=lambda s: {"interaction_id": s.interaction}),
    Row(
        "reviews:api_escalate",
        "POST",
        {"own_key": "ok"},
        kwargs=lambda s: {"interaction_id": s.waiting_interaction},
        data=lambda s: {"question": "Is this right?"},
        content_type="application/json",
    ),
    Row(
        "reviews:api_information",
        "POST",
        {"own_key": "409"},
        kwargs=lambda s: {"interaction_id": s.interaction},
        data=lambda s: {"text": "Order 88"},
        content_type="application/json",
    ),
    Row(
        "reviews:api_redact",
        "POST",
        {"own_key": "ok", "foreign_key": "ok"},
        data=lambda s: {"text": "mail bob@example.org"},
        content_type="application/json",
    ),
]
