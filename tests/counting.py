"""Counting the queries of a page against `tests/query_counts.json`, which is reviewed as a diff like any other code."""

import json
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).with_name("query_counts.json")


def queries(client: Client, address: str) -> int:
    """How many queries a GET of the address takes, the second time: what is kept between requests is warm then."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def steady(client: Client, address: str, more: Callable[[], object]) -> int:
    """The same, and that it takes as many once there is more to show."""
    before = queries(client, address)
    more()
    after = queries(client, address)
    assert after == before, f"{address} asks {before} times, and {after} times where it shows more"
    return after


def written(route: str) -> int | None:
    """The number the file gives for a route, None where it gives none."""
    return json.loads(COUNTS.read_text(encoding="utf-8")).get(route) if COUNTS.exists() else None
