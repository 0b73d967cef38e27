"""People and agents: accounts are opened and closed here, and passwords changed."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.services import logs, recording
from contracts.enums import UserKind
from contracts.models import Organisation, User
from contracts.services.acting import actor


def log_of(user: User) -> str:
    """The log an account's own events go to: its client's, or the platform's."""
    organisation = user.organisation
    return (organisation.log_key if organisation else "") or logs.PLATFORM


def _record(user: User, action: str, facts: dict, by: User | None, at: datetime) -> None:
    log = log_of(user)
    recording.record(
        log=log,
        action=action,
        actor=actor(by),
        target=Target("user", str(user.pk)),
        facts=facts,
        at=at,
        client="" if log == logs.PLATFORM else log,
    )


@transaction.atomic
def add(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    by: User | None,
    at: datetime,
    kind: UserKind = UserKind.PERSON,
    email: str = "",
    password: str | None = None,
    password_hash: str = "",
    time_zone: str = "UTC",
    place: str = "",
    language: str = "en",
    lead: User | None = None,
) -> User:
    """Open an account. An agent has no password and comes with keys; nobody is ever a superuser.

    `password_hash` is a password that was hashed before, by Django's own hashers.
    """
    user = User(
        username=username,
        name=name,
        email=email,
        kind=kind,
        organisation=organisation,
        time_zone=time_zone,
        place=place,
        language=language,
        lead=lead,
        created_at=at,
    )
    if kind == UserKind.PERSON and password_hash:
        user.password = password_hash
    elif kind == UserKind.PERSON and password is not None:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save(force_insert=True)
    _record(user, "person.added", {"kind": kind}, by, at)
    return user


@transaction.atomic
def deactivate(*, user: User, by: User | None, at: datetime) -> None:
    """Close an account: it keeps its history and can do nothing any more."""
    changed = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
    if changed:
        user.is_active = False
        _record(user, "person.deactivated", {}, by, at)


@transaction.atomic
def logged_in(*, user: User, method: str, at: datetime) -> None:
    """Note on the trail that a person came in, and by which means."""
    User.objects.filter(pk=user.pk).update(last_login=at)
    _record(user, "auth.logged_in", {"method": method}, user, at)


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> None:
    """Set a new password; validation is the form's."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _record(user, "auth.password_changed", {}, user, at)
