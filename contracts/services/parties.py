"""Organisations join the portal; a client brings its own log."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.services import logs, recording
from contracts.enums import Party
from contracts.models import Organisation, User
from contracts.services.acting import actor


@transaction.atomic
def add(
    *, kind: Party, slug: str, name: str, country: str = "", by: User | None, at: datetime
) -> Organisation:
    """Add an organisation. A client's events go to its own log, opened here; all others' to the platform log."""
    log = slug if kind == Party.CLIENT else ""
    organisation = Organisation.objects.create(
        kind=kind, slug=slug, name=name, country=country, log_key=log, created_at=at
    )
    if log:
        logs.open_log(key=log, at=at)
    recording.record(
        log=log or logs.PLATFORM,
        action="organisation.added",
        actor=actor(by),
        target=Target("organisation", str(organisation.pk), slug),
        facts={"kind": kind, "slug": slug, "name": name},
        at=at,
        client=log,
    )
    return organisation
