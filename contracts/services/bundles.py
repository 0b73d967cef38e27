"""Roles are code: when a release changes what they hold, the grants that stand in the database follow it."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts import access

_RELEASE = Actor.system("release")


@transaction.atomic
def follow(*, app_label: str, at: datetime) -> int:
    """Bring the grants on every protected object of an app to what its roles hold now; returns on how many they
    differed. Each of those is an event in the log of its client. Running it twice changes nothing."""
    changed = 0
    for model in access.protected(app_label):
        for obj in model._default_manager.order_by("pk"):
            before = access.snapshot(obj)
            after = {str(role): set(names) for role, names in access.bundles_of(obj).items()}
            if before == after:
                continue
            access.open_object(obj)
            process = access.process_of(obj)
            recording.record(
                log=process.client.log_key,
                action="access.roles_changed",
                actor=_RELEASE,
                target=Target(model._meta.model_name or "", str(obj.pk)),
                facts={"roles": _differences(before, after)},
                at=at,
                client=process.client.slug,
                process=process.code,
            )
            changed += 1
    return changed


def _differences(before: dict[str, set[str]], after: dict[str, set[str]]) -> dict[str, dict[str, list[str]]]:
    """What each role has gained and lost."""
    told = {}
    for role in sorted(before.keys() | after.keys()):
        had, has = before.get(role, set()), after.get(role, set())
        if had != has:
            told[role] = {"gained": sorted(has - had), "lost": sorted(had - has)}
    return told
