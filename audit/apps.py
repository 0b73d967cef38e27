from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models.signals import post_migrate  # noqa: TID251 -- seeding after migrate is the one signal we allow
from django.utils import timezone

from audit.domain import catalogue, events


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit trail"

    def ready(self) -> None:
        catalogue.register(events.EVENTS)
        checks.register(check_protection, checks.Tags.security, deploy=True)
        post_migrate.connect(open_platform_log, sender=self, dispatch_uid="audit.open_platform_log")


def open_platform_log(*, using: str, **kwargs: Any) -> None:
    """The platform's log is there from the first moment, also after a test database was flushed."""
    # Models can be imported only once the apps are loaded.
    from audit.services import logs

    if using == DEFAULT_DB_ALIAS and "audit_event" in connection.introspection.table_names():
        logs.open_log(key=logs.PLATFORM, at=timezone.now())


def check_protection(**kwargs: Any) -> list[checks.CheckMessage]:
    """Part of `check --deploy`: whether the roles of the database keep the portal from changing its own trail."""
    from audit.selectors import protection

    try:
        found = protection.differences()
    except DatabaseError as error:
        found = [f"the protection of the trail cannot be read: {error}"]
    hint = "manage.py audit_protect --help"
    return [checks.Warning(difference, hint=hint, id="audit.W001") for difference in found]
