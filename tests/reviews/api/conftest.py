"""Agents at the door: two desks, their keys, and a client that speaks the API."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests import worlds
from tests.worlds import Desk, World

URL = "/api/v1/interactions"


@dataclass
class Api:
    """Calls the API under one key. Server errors come back as replies, as they do to a real client."""

    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def post(self, path: str = URL, body: Any = None, **headers: str) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.raw("POST", path, raw, **headers)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.raw("GET", path, b"", **headers)

    def raw(
        self, method: str, path: str, body: bytes, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            given.setdefault("Authorization", f"Bearer {self.secret}")
        return self.client.generic(method, path, body, content_type=content_type, headers=given)


@pytest.fixture(autouse=True)
def clock(at: datetime) -> Iterator[None]:
    """The doors read the clock: for them it is the moment of the test, and runs on."""
    with time_machine.travel(at, tick=True):
        yield


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


@pytest.fixture
def api(desk: Desk) -> Api:
    return Api(desk.secret)


@pytest.fixture
def stranger_api(world: World) -> Api:
    return Api(world.south.secret)


@pytest.fixture
def payload(desk: Desk) -> Callable[..., dict[str, Any]]:
    return lambda **changes: worlds.payload(desk, **changes)
