"""Access control: groups per protected object, direct-FK grant tables, closed by default.

A protected model is registered once with `protect`. For each of its objects there is one group per role, holding the
codenames of that role on that object; people are members of groups and of nothing else. There is no global
permission and no superuser. What somebody may not even see is `NotVisible` (404); what he sees but may not do is
`NotAllowed` (403) with a sentence.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db.models import Model, Q, QuerySet

from audit.domain.ids import new_id
from audit.errors import NotAllowed, NotVisible, Refused
from contracts.domain import roles
from contracts.enums import Role, UserKind
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

# What a user holds: codenames by object, by protected model.
Held = dict[type[Model], dict[UUID, frozenset[str]]]
KEPT = 512
_kept: dict[UUID, tuple[UUID, Held]] = {}
_lock = threading.Lock()


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
    if (kept := _kept_of(user)) is not None:
        return kept[type(obj)].get(obj.pk, frozenset())
    grants = _protection(type(obj)).grants
    return frozenset(
        grants.objects.filter(content_object_id=obj.pk, group__user=user).values_list(
            "permission__codename", flat=True
        )
    )


def all_codenames(user: User) -> set[str]:
    """Every codename the user holds on anything: what a menu goes by, never what a door goes by."""
    held = _kept_of(user) or _read(user)
    return {codename for objects in held.values() for codenames in objects.values() for codename in codenames}


# ── Kept between requests ────────────────────────────────────────────────────────────────────────────────────
# Every change of grants gives the users it concerns another stamp, in its own transaction, and the stamp is read with
# the user of every request; so what is kept under a stamp is what the database holds. Only a user whose stamp was
# read just now is answered from here: whoever loads users by himself asks the database.


def trust_stamp(user: User) -> None:
    """Answer for this user from what is kept under his stamp, which was read for this request."""
    user._stamp_is_fresh = True  # type: ignore[attr-defined]


def read_again(user: User) -> None:
    """Look at a user's stamp again: a right may have been taken back while a service waited for its lock."""
    if getattr(user, "_stamp_is_fresh", False):
        user.refresh_from_db(fields=["grants_stamp", "is_active"])


def _kept_of(user: User) -> Held | None:
    if not getattr(user, "_stamp_is_fresh", False):
        return None
    stamp, held = _kept.get(user.pk, (None, None))
    if held is None or stamp != user.grants_stamp:
        held = _read(user)
        with _lock:
            if len(_kept) >= KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[user.pk] = (user.grants_stamp, held)
    return held


def _read(user: User) -> Held:
    held: Held = {}
    for model, protection in _protections.items():
        names: dict[UUID, set[str]] = {}
        rows = protection.grants.objects.filter(group__user=user)
        for pk, codename in rows.values_list("content_object_id", "permission__codename"):
            names.setdefault(pk, set()).add(codename)
        held[model] = {pk: frozenset(codenames) for pk, codenames in names.items()}
    return held


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


def allowed(check: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[bool, str]:
    """Whether a check passes, and the sentence where it does not: what a button needs to know."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return False, refusal.sentence
    return True, ""


def holders(obj: Model, codename: str) -> QuerySet[User]:
    """The active people and agents who hold the codename on the object."""
    groups = _protection(type(obj)).grants.objects.filter(
        content_object_id=obj.pk, permission__codename=codename
    )
    return User.objects.filter(is_active=True, groups__in=groups.values("group")).distinct().order_by("pk")


def held_on(model: type[Model], codename: str, objects: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who is in a group that holds the codename, by object: one query for several objects."""
    held: dict[UUID, set[UUID]] = {pk: set() for pk in objects}
    rows = _protection(model).grants.objects.filter(
        content_object__in=list(objects), permission__codename=codename, group__user__is_active=True
    )
    for pk, user in rows.values_list("content_object_id", "group__user"):
        held[pk].add(user)
    return held


def visible(queryset: QuerySet, user: User | None, codename: str | None = None) -> QuerySet:
    """The objects of a protected model on which the user holds the codename (by default: that he may see at all)."""
    if user is None or not getattr(user, "is_active", False):
        return queryset.none()
    protection = _protection(queryset.model)
    wanted = codename or protection.see
    if (kept := _kept_of(user)) is not None:
        return queryset.filter(pk__in=[pk for pk, names in kept[queryset.model].items() if wanted in names])
    held = protection.grants.objects.filter(permission__codename=wanted, group__user=user)
    return queryset.filter(pk__in=held.values("content_object_id"))


def objects_with(user: User | None, model: type[Model], codename: str) -> list[UUID]:
    """The keys of the objects of a protected model on which the user holds the codename, in one order."""
    if user is not None and user.is_active and (kept := _kept_of(user)) is not None:
        return sorted(pk for pk, names in kept[model].items() if codename in names)
    return list(
        visible(model._default_manager.all(), user, codename).order_by("pk").values_list("pk", flat=True)
    )


def processes(user: User | None, codename: str | None = None) -> QuerySet[Process]:
    """The processes the user may see, or on which he holds the codename."""
    return visible(Process.objects.all(), user, codename)


def process(user: User | None, code: str, codename: str, sentence: str) -> Process:
    """The process of that code, if the user holds the codename on it.

    A stranger's process is NotVisible. A process his own organisation owns, or — for an AI agent — one his vendor
    serves, is NotAllowed: he knows that it exists, so the refusal may say so. People of a provider do not learn of
    its other clients (A6).
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
    if user.organisation_id == found.client_id:
        return True
    if user.kind != UserKind.AGENT:
        return False
    return user.organisation_id == found.provider_id or found.vendors.filter(pk=user.organisation_id).exists()


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


def open_object(obj: Model) -> None:
    """Make the groups and grants of a protected object what its roles hold, and fill them from the memberships that
    cover it."""
    protection = _protection(type(obj))
    bundles = bundles_of(obj)
    groups = _groups({_name(protection, obj, role): role for role in bundles})
    permissions = _permissions(protection, frozenset().union(*bundles.values()))
    rows = protection.grants.objects.filter(content_object=obj)
    held = {
        (group, name): pk for pk, group, name in rows.values_list("pk", "group_id", "permission__codename")
    }
    wanted = {(groups[role], name) for role, names in bundles.items() for name in names}
    protection.grants.objects.bulk_create(
        protection.grants(content_object=obj, group_id=group, permission_id=permissions[name])
        for group, name in sorted(wanted - held.keys())
    )
    if lost := [pk for pair, pk in held.items() if pair not in wanted]:
        rows.filter(pk__in=lost).delete()
    changed = {group for group, _ in held.keys() ^ wanted}
    _stamp(User.objects.filter(groups__in=changed).values_list("pk", flat=True))
    members = _members(protection.process_of(obj), bundles)
    _fill({groups[role]: members[role] for role in bundles})


def bundles_of(obj: Model) -> dict[Role, frozenset[str]]:
    """Which role is to hold what on the object, as this release says."""
    bundles = _protection(type(obj)).codenames_of(obj)
    return {role: frozenset(names) for role, names in bundles.items() if names}


def protected(app_label: str) -> list[type[Model]]:
    """The protected models of an app."""
    return [model for model in _protections if model._meta.app_label == app_label]


def process_of(obj: Model) -> Process:
    """The process a protected object hangs on."""
    return _protection(type(obj)).process_of(obj)


def resync(found: Process, role: Role) -> None:
    """Make the groups of one role on a process and on all that hangs on it follow the memberships as they are."""
    names = [
        _name(protection, obj, role)
        for protection in _protections.values()
        for obj in protection.of_process(found)
        if protection.codenames_of(obj).get(role)
    ]
    members = _members(found, [role])[role]
    _fill(dict.fromkeys(_groups({name: name for name in names}).values(), members))


def _name(protection: Protection, obj: Model, role: Role) -> str:
    return f"{protection.model._meta.model_name}:{obj.pk}:{role}"


def _groups(wanted: Mapping[str, Any]) -> dict[Any, int]:
    """The ids of the groups of these names, made where they are missing, under what each name stands for."""
    found = dict(Group.objects.filter(name__in=wanted).values_list("name", "pk"))
    if missing := wanted.keys() - found.keys():
        Group.objects.bulk_create([Group(name=name) for name in sorted(missing)], ignore_conflicts=True)
        found = dict(Group.objects.filter(name__in=wanted).values_list("name", "pk"))
    return {stands_for: found[name] for name, stands_for in wanted.items()}


def _permissions(protection: Protection, names: Collection[str]) -> dict[str, int]:
    """The ids of the permissions of a model by codename. Adding in bulk passes by `save`, so what its table may hold
    is looked at here."""
    if strange := set(names) - protection.grants.allowed_codenames:
        raise ValueError(f"{protection.grants.__name__} does not hold {sorted(strange)}")
    options = protection.model._meta
    found = dict(
        Permission.objects.filter(
            content_type__app_label=options.app_label,
            content_type__model=options.model_name,
            codename__in=names,
        ).values_list("codename", "pk")
    )
    if missing := set(names) - found.keys():
        raise LookupError(f"{protection.model.__name__} has no permission {sorted(missing)}")
    return found


def _members(found: Process, wanted: Collection[Role]) -> dict[Role, set[UUID]]:
    """Who holds each of these roles on a process: by a membership on it, or on all processes of one of its parties."""
    parties = Q(organisation=found.client_id) | Q(organisation=found.provider_id)
    parties |= Q(organisation__in=found.vendors.values("pk"))
    held = Membership.objects.filter(role__in=list(wanted), revoked_at__isnull=True).filter(
        Q(process=found) | (Q(process__isnull=True) & parties)
    )
    members: dict[Role, set[UUID]] = {role: set() for role in wanted}
    for role, user in held.values_list("role", "user"):
        members[Role(role)].add(user)
    return members


def _fill(wanted: Mapping[int, set[UUID]]) -> None:
    """Make exactly these people the members of these groups, by the group's id."""
    through = User.groups.through
    rows = through.objects.filter(group__in=list(wanted))
    there = {(group, user): pk for pk, group, user in rows.values_list("pk", "group_id", "user_id")}
    asked = {(group, user) for group, users in wanted.items() for user in users}
    if gone := [pk for pair, pk in there.items() if pair not in asked]:
        through.objects.filter(pk__in=gone).delete()
    new = [through(group_id=group, user_id=user) for group, user in asked - there.keys()]
    if new:
        through.objects.bulk_create(new, ignore_conflicts=True)
    changed = {user for (_, user) in there.keys() ^ asked}
    _stamp(changed)


def _stamp(users: Iterable[UUID]) -> None:
    """Give these users another stamp: what is kept of their grants is not looked at any more."""
    if found := set(users):
        # In one order, so that two changes never wait for each other.
        list(
            User.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk").values_list("pk")
        )
        User.objects.filter(pk__in=found).update(grants_stamp=new_id())


def snapshot(obj: Model) -> dict[str, set[str]]:
    """Which role holds what on the object, as granted: for tests and for access reviews."""
    held: dict[str, set[str]] = {}
    rows = _protection(type(obj)).grants.objects.filter(content_object=obj)
    for name, codename in rows.values_list("group__name", "permission__codename"):
        held.setdefault(name.rsplit(":", 1)[1], set()).add(codename)
    return held
