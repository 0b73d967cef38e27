"""Who holds a codename on a process: for doors that must choose one, never for checks."""

from contracts.models import Process, ProcessGroupGrant, User


def of(process: Process, codename: str) -> list[User]:
    """The active accounts that hold the codename on the process, by login."""
    groups = ProcessGroupGrant.objects.filter(content_object=process, permission__codename=codename).values(
        "group"
    )
    return list(User.objects.filter(groups__in=groups, is_active=True).distinct().order_by("username"))
