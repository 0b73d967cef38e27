"""Every route × method × actor, from the data in matrix.py; a route without a row fails, and so does a denial that
changes anything (X1, A6)."""

import json
from collections.abc import Iterator, Sequence
from http.cookies import SimpleCookie
from itertools import product

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.permissions import fingerprint, matrix
from tests.permissions.action_rows import ACTION_ROWS
from tests.permissions.agents import API_ROWS
from tests.permissions.audit_rows import KEY_ROWS, PROOF_ROWS
from tests.permissions.bias_rows import BIAS_ROWS
from tests.permissions.clock_rows import CLOCK_ROWS
from tests.permissions.draft_rows import DRAFT_ROWS
from tests.permissions.drill_rows import DRILL_ROWS
from tests.permissions.escalation_rows import ESCALATION_ROWS
from tests.permissions.evidence_rows import EVIDENCE_ROWS
from tests.permissions.halt_rows import HALT_ROWS
from tests.permissions.honeypot_rows import HONEYPOT_ROWS
from tests.permissions.incident_rows import INCIDENT_ROWS
from tests.permissions.matrix import AGENTS, PARTIES, PEOPLE, ROWS, Row
from tests.permissions.party_rows import PARTY_ROWS
from tests.permissions.qa_rows import QA_ROWS
from tests.permissions.recall_rows import RECALL_KEY_ROWS, RECALL_ROWS
from tests.permissions.rule_rows import RULE_ROWS
from tests.permissions.simulation_rows import SIMULATION_ROWS
from tests.permissions.stage import Stage
from tests.permissions.vigilance_rows import VIGILANCE_ROWS
from tests.permissions.webhook_rows import WEBHOOK_ROWS

# The proofs open to people and to keys alike; everything else to one of them.
PEOPLE_ROWS = [
    *ESCALATION_ROWS,
    *ROWS,
    *RULE_ROWS,
    *PROOF_ROWS,
    *WEBHOOK_ROWS,
    *EVIDENCE_ROWS,
    *HALT_ROWS,
    *DRAFT_ROWS,
    *DRILL_ROWS,
    *SIMULATION_ROWS,
    *HONEYPOT_ROWS,
    *VIGILANCE_ROWS,
    *QA_ROWS,
    *BIAS_ROWS,
    *RECALL_ROWS,
    *ACTION_ROWS,
    *CLOCK_ROWS,
    *INCIDENT_ROWS,
]
AGENT_ROWS = [*API_ROWS, *KEY_ROWS, *RECALL_KEY_ROWS]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TOGETHER = 15


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else f"(unnamed) {entry.pattern}"


def test_matrix_has_a_row_for_every_route():
    assert {row.route for row in [*PEOPLE_ROWS, *PARTY_ROWS, *AGENT_ROWS]} == set(routes())


def outcome(status: int, location: str) -> str:
    if status in (301, 302, 303):
        return "login" if location.startswith("/login/") else "ok"
    return "ok" if status < 300 else str(status)


def send(client: Client, row: Row, stage: Stage, method: str, **headers: str) -> str:
    url = reverse(row.route, kwargs=row.kwargs(stage)) + row.query.format(size=stage.size)
    data = row.data(stage) if method == row.method else {}
    if row.content_type:
        response = client.generic(
            method, url, json.dumps(data), content_type=row.content_type, headers=headers
        )
    elif method == "POST":
        response = client.post(url, data, headers={"accept": "text/html,*/*;q=0.8", **headers})
    else:
        response = client.generic(method, url, headers={"accept": "text/html,*/*;q=0.8", **headers})
    if getattr(response, "streaming", False):
        b"".join(response.streaming_content)
    if row.route == "contracts:logout" and response.status_code == 302:
        return "ok"
    return outcome(response.status_code, response.headers.get("Location", ""))


def _wanted(row: Row, actor: str) -> str:
    wanted = row.expect.get(actor, row.rest)
    return "ok" if wanted == "201" else wanted


def _together(rows: list[Row]) -> list[list[Row]]:
    """The rows that share a stage: what one sends is taken back before the next."""
    return [rows[begin : begin + TOGETHER] for begin in range(0, len(rows), TOGETHER)]


def _routes_of(rows: list[Row]) -> str:
    return f"{rows[0].method} {rows[0].route} … {rows[-1].method} {rows[-1].route}"


@pytest.mark.django_db
@pytest.mark.parametrize("rows", _together(PEOPLE_ROWS), ids=_routes_of)
def test_matrix_people(rows: list[Row]):
    _check(rows, PEOPLE)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", _together(PARTY_ROWS), ids=_routes_of)
def test_matrix_parties(rows: list[Row]):
    _check(rows, PARTIES)


def _check(rows: list[Row], people: Sequence[str]) -> None:
    stage = Stage.build(timezone.now())
    clients = {actor: stage.client(actor) for actor in ("anonymous", *people)}
    sessions = {actor: client.cookies.output(header="") for actor, client in clients.items()}
    before = fingerprint.of_database()
    got, expected, changed = {}, {}, []

    for row, (actor, client) in product(rows, clients.items()):
        # Who logged out of the row before is here again.
        client.cookies = SimpleCookie(sessions[actor])
        key = (row.method, row.route, actor)
        expected[key] = row.anonymous if actor == "anonymous" else _wanted(row, actor)
        # At the moment of the stage: what can be taken back a few seconds long still can, whatever came before.
        with time_machine.travel(stage.at), transaction.atomic():
            rows_written = fingerprint.written()
            got[key] = send(client, row, stage, row.method)
            if got[key] != "ok" and _changed(rows_written, before):
                changed.append(key)
            transaction.set_rollback(True)

    assert got == expected
    assert changed == []


def _changed(rows_written: int, before: str) -> bool:
    """Whether a denial left anything behind: every row is looked at where any was written at all."""
    return fingerprint.written() != rows_written and fingerprint.of_database() != before


@pytest.mark.django_db
@pytest.mark.parametrize("rows", _together(AGENT_ROWS), ids=_routes_of)
def test_matrix_agents(rows: list[Row]):
    stage = Stage.build(timezone.now())
    before = fingerprint.of_database()
    got, expected, changed = {}, {}, []

    for row, actor in product(rows, AGENTS):
        client, headers, key = Client(), stage.headers(actor), (row.method, row.route, actor)
        expected[key] = "401" if actor in ("no_key", "expired_key") else _wanted(row, actor)
        with time_machine.travel(stage.at), transaction.atomic():
            rows_written = fingerprint.written()
            got[key] = send(client, row, stage, row.method, **headers)
            if got[key] != "ok" and _changed(rows_written, before):
                changed.append(key)
            transaction.set_rollback(True)

    assert got == expected
    assert changed == []


@pytest.mark.django_db
def test_matrix_people_cannot_use_the_api_with_their_session():
    stage = Stage.build(timezone.now())
    client = stage.client("reviewer")
    before = fingerprint.of_database()

    got = {row.route: send(client, row, stage, row.method) for row in API_ROWS}

    assert got == dict.fromkeys(got, "401")
    assert fingerprint.of_database() == before


@pytest.mark.django_db
def test_matrix_other_methods_change_nothing():
    stage = Stage.build(timezone.now())
    person = stage.client("reviewer")
    before = fingerprint.of_database()
    answered: dict[str, set[str]] = {}
    for row in [*PEOPLE_ROWS, *PARTY_ROWS, *API_ROWS]:
        answered.setdefault(row.route, set()).add(row.method)
    wrong = []

    for row in {row.route: row for row in [*PEOPLE_ROWS, *PARTY_ROWS, *API_ROWS]}.values():
        client = Client() if row in API_ROWS else person
        headers = stage.headers("own_key") if row in API_ROWS else {}
        for method in set(METHODS) - answered[row.route]:
            got = send(client, row, stage, method, **headers)
            if got != "405":
                wrong.append((row.route, method, got))

    assert wrong == []
    assert fingerprint.of_database() == before


def test_matrix_names_only_actors_that_exist():
    people = {name for row in PEOPLE_ROWS for name in row.expect}
    agents = {name for row in AGENT_ROWS for name in row.expect}

    parties = {name for row in PARTY_ROWS for name in row.expect}

    assert people <= set(PEOPLE)
    assert parties <= set(PARTIES)
    assert agents <= set(matrix.AGENTS)
