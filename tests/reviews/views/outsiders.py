"""Everybody who may not work a case of the north, and what each of them is told."""

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from contracts.models import User
from tests.worlds import World

# Who may not even see a case is told that there is none; who may only see it, that it is not his to work on.
TOLD = {"stranger": 404, "twin": 404, "viewer": 404, "auditor": 403, "ops": 403, "overseer": 403}


def told(
    world: World, log_in: Callable[[User], Client], act: Callable[[Client], HttpResponse]
) -> dict[str, int]:
    """What each outsider gets for an act; to be compared with TOLD as a whole."""
    users = {
        "stranger": world.stranger,
        "twin": world.south.reviewer,
        "viewer": world.north.viewer,
        "auditor": world.north.auditor,
        "ops": world.north.ops,
        "overseer": world.overseer,
    }
    return {who: act(log_in(user)).status_code for who, user in users.items()}
