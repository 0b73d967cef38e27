"""Access control: groups per protected object, direct-FK grant tables, closed by default.

A protected model is registered once with `protect`. For each of its objects there is one group per role, holding the
codenames of that role on that object; people are members of groups and of nothing else. There is no global
permission and no superuser. What somebody may not even see is `NotVisible` (404); what he sees but may not do is
`NotAllowed` (403) with a sentence.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model, Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts.domain import roles
from contracts.enums import Role
from contracts.models import ApiKey, Membership, Process, ProcessGroupGrant, User


@dataclass(frozen=True)
class Protection:
    """How one protected model is guarded: its grant table, its codenames by role, and the process it hangs on."""

    model: type[Model]
    grants: type[Any]
    see: str
    codenames_of: Callable[[Any], Mapping[Role, Collection[str]]]
    process_of: Callable[[Any], Process]
    of_process: Callable[[Process], QuerySet]


_protections: dict[type[Model], Protection] = {}


def protect(protection: Protection) -> None:
    """Register a protected model; called once per model from `AppConfig.ready()`."""
    _protections[protection.model] = protection


def protect_process() -> None:
    protect(
        Protection(
            model=Process,
            grants=ProcessGroupGrant,
            see=roles.VIEW_PROCESS,
            codenames_of=lambda _process: roles.PROCESS_ROLES,
            process_of=lambda process: process,
            of_process=lambda process: Process.objects.filter(pk=process.pk),
        )
    )


def _protection(model: type[Model]) -> Protection:
    return _protections[model]


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────


def codenames(user: User | None, obj: Model) -> frozenset[str]:
    """Every codename the user holds on the object. Nobody, and whoever is inactive, holds none."""
    if user is None or not getattr(user, "is_active", False):
        return frozenset()
    grants = _protection(type(obj)).grants
    return frozenset(
        grants.objects.filter(content_object_id=obj.pk, group__user=user).values_list("permission__codename", flat=True)
    )


def can(user: User | None, codename: str, obj: Model) -> bool:
    return codename in codenames(user, obj)


def check(user: User | None, codename: str, obj: Model, sentence: str) -> None:
    """Raise NotVisible where the user may not see the object, NotAllowed with `sentence` where he may only see it."""
    held = codenames(user, obj)
    if codename in held:
        return
    if _protection(type(obj)).see not in held:
        raise NotVisible("not_found", "There is nothing here that you can see.")
    raise NotAllowed("not_allowed", sentence)


def visible(queryset: QuerySet, user: User | None, codename: str | None = None) -> QuerySet:
    """The objects of a protected model on which the user holds the codename (by default: that he may see at all)."""
    if user is None or not getattr(user, "is_active", False):
        return queryset.none()
    protection = _protection(queryset.model)
    held = protection.grants.objects.filter(
        permission__codename=codename or protection.see, group__user=user
    ).values("content_object_id")
    return queryset.filter(pk__in=held)


def processes(user: User | None, codename: str | None = None) -> QuerySet[Process]:
    """The processes the user may see, or on which he holds the codename."""
    return visible(Process.objects.all(), user, codename)


def process(user: User | None, code: str, codename: str, sentence: str) -> Process:
    """The process of that code, if the user holds the codename on it.

    A stranger's process is NotVisible. A process of an organisation the user's own organisation works with is
    NotAllowed: he knows it exists, so the refusal may say so.
    """
    found = Process.objects.select_related("client", "provider").filter(code=code).first()
    if found is None or user is None:
        raise NotVisible("unknown_process", f"There is no process {code!r} that you can see.", "process")
    held = codenames(user, found)
    if codename in held:
        return found
    if roles.VIEW_PROCESS in held or _is_party(user, found):
        raise NotAllowed("not_allowed", sentence, "process")
    raise NotVisible("unknown_process", f"There is no process {code!r} that you can see.", "process")


def _is_party(user: User, found: Process) -> bool:
    if user.organisation_id is None or not user.is_active:
        return False
    if user.organisation_id in (found.client_id, found.provider_id):
        return True
    return found.vendors.filter(pk=user.organisation_id).exists()


def log_keys(user: User | None, codename: str = roles.VIEW_STORY) -> frozenset[str]:
    """The logs of the clients on whose processes the user holds the codename."""
    return frozenset(processes(user, codename).values_list("client__log_key", flat=True))


def check_key(key: ApiKey | None, found: Process, action: str) -> None:
    """An agent's key opens only the processes and actions it names (A6)."""
    if key is None:
        return
    if found.pk not in {process.pk for process in key.processes.all()}:
        raise NotAllowed("key_scope", f"This key is not valid for the process {found.code}.", "process")
    if action not in key.actions:
        raise NotAllowed("key_scope", f"This key does not allow the action {action!r}.")


# ── Granting ─────────────────────────────────────────────────────────────────────────────────────────────────


def _group(protection: Protection, obj: Model, role: Role) -> Group:
    name = f"{protection.model._meta.model_name}:{obj.pk}:{role}"
    return Group.objects.get_or_create(name=name)[0]


def _members(found: Process, role: Role) -> QuerySet[User]:
    parties = Q(organisation=found.client_id) | Q(organisation=found.provider_id)
    parties |= Q(organisation__in=found.vendors.values("pk"))
    held = Membership.objects.filter(role=role, revoked_at__isnull=True).filter(
        Q(process=found) | (Q(process__isnull=True) & parties)
    )
    return User.objects.filter(pk__in=held.values("user"))


def open_object(obj: Model) -> None:
    """Make the groups and grants of a new protected object, and fill them from the memberships that cover it."""
    protection = _protection(type(obj))
    found = protection.process_of(obj)
    for role, names in protection.codenames_of(obj).items():
        if not names:
            continue
        group = _group(protection, obj, role)
        for permission in _permissions(protection.model, names):
            grant = protection.grants.objects.filter(content_object=obj, group=group, permission=permission)
            if not grant.exists():
                protection.grants(content_object=obj, group=group, permission=permission).save()
        group.user_set.set(_members(found, role))


def _permissions(model: type[Model], names: Collection[str]) -> list[Permission]:
    found = list(
        Permission.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            codename__in=names,
        )
    )
    missing = set(names) - {permission.codename for permission in found}
    if missing:
        raise LookupError(f"{model.__name__} has no permission {sorted(missing)}")
    return found


def resync(found: Process, role: Role) -> None:
    """Make the groups of one role on a process and on all that hangs on it follow the memberships as they are."""
    members = list(_members(found, role))
    for protection in _protections.values():
        for obj in protection.of_process(found):
            if protection.codenames_of(obj).get(role):
                _group(protection, obj, role).user_set.set(members)


def snapshot(obj: Model) -> dict[str, set[str]]:
    """Which role holds what on the object, as granted: for tests and for access reviews."""
    held: dict[str, set[str]] = {}
    rows = _protection(type(obj)).grants.objects.filter(content_object=obj)
    for name, codename in rows.values_list("group__name", "permission__codename"):
        held.setdefault(name.rsplit(":", 1)[1], set()).add(codename)
    return held
