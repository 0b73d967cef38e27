"""Halting as people do it: the halt itself, then everybody who has to know (W1).

Who holds authority is known below; who has a case in hand, and how long it took, only here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from contracts.enums import Degree, HaltCause
from contracts.models import Halt, User
from contracts.selectors import halt_rights, halts
from contracts.selectors.halt_scopes import What
from contracts.services import halts as service
from contracts.services import notifications
from contracts.services.halts import Clock
from governance.selectors import halts as selector

# How long the reply waits for those who are under way, try by try, in milliseconds; after that the sweep does. Whoever
# comes in waits behind a try, and gets through between two of them: one that hangs delays nobody longer than a try. The
# first is the longest: a try given up too soon lets others in, and begins again behind those.
PATIENCE = (2000, 500, 500, 500, 500)


@transaction.atomic
def ask(*, what: What, cause: HaltCause, reason: str, by: User, at: datetime, drill: bool = False) -> Halt:
    """Ask those who may for a halt, and tell them."""
    halt = service.ask(what=what, cause=cause, reason=reason, by=by, at=at, drill=drill)
    if halt.requested_by_id == by.pk and halt.requested_at == at:
        _tell(_holders(halt, at), by, f"{_named(halt)}: a halt is asked for", halt, at)
    return halt


def engage(
    *,
    what: What,
    degree: Degree,
    cause: HaltCause,
    reason: str,
    by: User,
    at: datetime,
    clock: Clock,
    drill: bool = False,
    request: Halt | None = None,
) -> Halt:
    """Halt something, tell whoever holds authority or has a case in hand, and wait until nobody is under way.

    The halt stands from the first commit on. `effective_at` is empty where somebody took longer than the reply waits.
    """
    with transaction.atomic():
        halt = service.engage(
            what=what,
            degree=degree,
            cause=cause,
            reason=reason,
            by=by,
            at=at,
            drill=drill,
            request=request,
        )
        if halt.engaged_at == at:
            people = {*_holders(halt, at), *selector.with_cases_in_hand(halt)}
            _tell(people, by, f"{_named(halt)} is halted", halt, at)
    for milliseconds in PATIENCE:
        if service.take_effect(halt_id=halt.pk, clock=clock, milliseconds=milliseconds):
            break
    halt.refresh_from_db()
    return halt


@transaction.atomic
def request_release(*, halt: Halt, checks: Sequence[str], by: User, at: datetime) -> Halt:
    """Ask somebody else to let it go on, stating what was checked."""
    halt = service.request_release(halt=halt, checks=checks, by=by, at=at)
    _tell(_holders(halt, at), by, f"{_named(halt)}: the release is asked for", halt, at)
    return halt


@transaction.atomic
def release(*, halt: Halt, by: User, at: datetime, checks: Sequence[str] = ()) -> Halt:
    """Let it go on, and tell whoever was told of the halt."""
    timing = selector.timing(halt)
    halt = service.release(halt=halt, by=by, at=at, checks=checks, seconds=timing.seconds if timing else None)
    people = {*_holders(halt, at), *selector.with_cases_in_hand(halt)}
    _tell(people, by, f"{_named(halt)} goes on", halt, at)
    return halt


@transaction.atomic
def decline(*, halt: Halt, by: User, at: datetime) -> None:
    """Answer a request for a halt with no, and tell who asked."""
    service.decline(halt=halt, by=by, at=at)
    _tell([halt.requested_by], by, f"{_named(halt)}: the halt you asked for was declined", halt, at)


def _holders(halt: Halt, at: datetime) -> list[User]:
    return halt_rights.holders(halts.touched(halt), at)


def _named(halt: Halt) -> str:
    name = halts.name(halt)
    return f"{'Drill: ' if halt.drill else ''}{name[:1].upper()}{name[1:]}"


def _tell(people: Iterable[User], by: User, subject: str, halt: Halt, at: datetime) -> None:
    link = reverse("governance:halt", args=[halt.pk])
    for user in sorted(set(people), key=lambda one: one.pk):
        if user.pk != by.pk:
            notifications.notify(user=user, subject=subject, body=halt.reason, link=link, at=at)
