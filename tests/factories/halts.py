"""Halts, by the services that make them."""

from datetime import datetime
from typing import Any

from contracts.enums import Degree, HaltCause, HaltScope
from contracts.models import Halt, User
from contracts.selectors.halt_scopes import What
from contracts.services import halts
from contracts.services.halts import CHECKS
from governance.services import halting
from tests.worlds import Desk

ALL_CHECKS = list(CHECKS)


def what(desk: Desk, *, step: str = "", model: bool = False, client: bool = False) -> What:
    """The process of a desk, or one of its steps, its model, its client."""
    if step:
        return What(HaltScope.STEP, step=desk.steps[step])
    if model:
        return What(HaltScope.MODEL, model=desk.model)
    if client:
        return What(HaltScope.CLIENT, client=desk.client)
    return What(HaltScope.PROCESS, process=desk.process)


def engaged(
    desk: Desk, at: datetime, degree: Degree = Degree.HOLD, by: User | None = None, **scope: Any
) -> Halt:
    """A halt the owner engaged."""
    more = {name: scope.pop(name) for name in ("drill", "request") if name in scope}
    return halting.engage(
        what=scope.pop("what", None) or what(desk, **scope),
        degree=degree,
        cause=HaltCause.MODEL,
        reason="It pays what it should hold.",
        by=by or desk.owner,
        at=at,
        clock=lambda: at,
        **more,
    )


def asked(desk: Desk, at: datetime, drill: bool = False, **scope: Any) -> Halt:
    """A halt the reviewer asks for."""
    return halts.ask(
        drill=drill,
        what=what(desk, **scope),
        cause=HaltCause.MODEL,
        reason="The amounts look wrong.",
        by=desk.reviewer,
        at=at,
    )


def released(halt: Halt, by: User, at: datetime) -> Halt:
    return halting.release(halt=halt, by=by, at=at, checks=ALL_CHECKS)
