"""The registry of endpoints (A5): registered, amended and retired; and where a process lets its data be processed.

Where an endpoint answers from, and who shares it, is what it is: another region or tenancy is another endpoint. So the
name that stands with an interaction says forever where it was processed.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from contracts.domain import sovereignty
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Party, Tenancy
from contracts.models import Endpoint, Organisation, Process, User
from contracts.permissions import vendors as permissions
from contracts.selectors import endpoints as selector
from contracts.services import findings, processes, vendor_trail

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{1,79}")
_HOST = re.compile(
    r"(?=.{1,200}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?"
)
_REGION = re.compile(r"[A-Z]{2,4}(-[A-Z0-9]{1,10})*")
MOST_DAYS = 3660
MOST_SUBPROCESSORS = 50


@dataclass(frozen=True)
class Setting:
    """What may change about an endpoint without its being another one; `retention_days` None: the vendor did not say."""

    host: str
    training_use: str = TrainingUse.NONE
    retention_days: int | None = None
    subprocessors: Sequence[str] = ()


@transaction.atomic
def register(
    *,
    name: str,
    vendor: Organisation,
    region: str,
    tenancy: str,
    setting: Setting,
    by: User | None,
    at: datetime,
) -> Endpoint:
    """Register where a model answers from. `by` None is the portal itself when it sets a process up."""
    if by is not None:
        permissions.check_can_supervise_vendor(by, vendor)
    if vendor.kind != Party.AI_VENDOR:
        raise Invalid("not_a_vendor", f"{vendor.name} is not an AI vendor.", "vendor")
    name, region = name.strip(), region.strip().upper()
    if _NAME.fullmatch(name) is None:
        raise Invalid("name", "Two to eighty letters, digits and . _ : - for a name.", "name")
    if not _REGION.fullmatch(region) or len(region) > 20:
        raise Invalid("region", "Name the region by a code such as EU, JP or EU-DE.", "region")
    if tenancy not in set(Tenancy):
        raise Invalid("tenancy", "Choose a tenancy from the list.", "tenancy")
    checked = _checked(setting)
    # Names are one word for one place among all clients: a second registration loses, whoever is faster.
    endpoint, made = Endpoint.objects.get_or_create(
        name=name,
        defaults={
            "vendor": vendor,
            "region": region,
            "tenancy": tenancy,
            "registered_at": at,
            **_columns(checked),
        },
    )
    if not made:
        raise Invalid("name_taken", f"There is an endpoint {name} already: choose another name.", "name")
    _touch(endpoint)
    facts = {"vendor": vendor.slug, **_facts(endpoint)}
    vendor_trail.record([], "endpoint.registered", _target(endpoint), facts, by, at)
    return endpoint


@transaction.atomic
def amend(*, endpoint_id: UUID, setting: Setting, seen: int, by: User, at: datetime) -> Endpoint:
    """Amend what may change. Raises Conflict where somebody else amended or retired it since `seen` was read."""
    endpoint = _of(endpoint_id)
    permissions.check_can_keep_endpoint(by, endpoint)
    new = _columns(_checked(setting))
    changed = sorted(name for name, value in new.items() if getattr(endpoint, name) != value)
    if not changed:
        raise Invalid("nothing_changed", "Nothing is different from what is registered.")
    done = Endpoint.objects.filter(pk=endpoint.pk, amendments=seen, retired_at__isnull=True).update(
        **new, amendments=F("amendments") + 1, amended_at=at, amended_by=by
    )
    if not done:
        raise Conflict("endpoint_moved", "Somebody changed this endpoint meanwhile: look at it again.")
    endpoint.refresh_from_db()
    _touch(endpoint)
    facts = {**_facts(endpoint), "changed": changed}
    _tell(endpoint, "endpoint.amended", facts, by, at)
    return endpoint


@transaction.atomic
def retire(*, endpoint_id: UUID, by: User, at: datetime) -> Endpoint:
    """Retire an endpoint: what comes from it from now on is kept apart. Raises Conflict where it is retired."""
    endpoint = _of(endpoint_id)
    permissions.check_can_keep_endpoint(by, endpoint)
    done = Endpoint.objects.filter(pk=endpoint.pk, retired_at__isnull=True).update(
        retired_at=at, retired_by=by
    )
    if not done:
        raise Conflict("endpoint_retired", f"{endpoint.name} is retired already.")
    endpoint.refresh_from_db()
    _touch(endpoint)
    facts = {"name": endpoint.name, "region": endpoint.region, "tenancy": endpoint.tenancy}
    _tell(endpoint, "endpoint.retired", facts, by, at)
    return endpoint


@transaction.atomic
def agree_ground(
    *,
    process: Process,
    regions: Collection[str],
    data_classes: Collection[str],
    training_use: str,
    by: User | None,
    at: datetime,
) -> Process:
    """Say in which regions a process lets its data be processed, which classes of it, and how far for training."""
    if by is not None:
        permissions.check_can_agree_ground(by, process)
    places = sorted({region.strip().upper() for region in regions if region.strip()})
    if odd := [place for place in places if not _REGION.fullmatch(place)]:
        raise Invalid("region", f"{odd[0]} is not a code such as EU, JP or EU-DE.", "regions")
    if training_use not in set(TrainingUse):
        raise Invalid("training_use", "Choose from the list.", "training_use")
    Process.objects.filter(pk=process.pk).update(
        regions=places, data_classes=sorted(set(data_classes)), training_use=training_use
    )
    process.refresh_from_db()
    processes.touch(process)
    facts = {"regions": places, "data_classes": process.data_classes, "training_use": training_use}
    target = Target("process", str(process.pk), process.code)
    processes.record(process, "sovereignty.agreed", target, facts, by, at)
    follow(process=process, at=at)
    return process


@transaction.atomic
def follow(*, process: Process, at: datetime) -> None:
    """An endpoint that a step may use and that does not keep to what the process allows is a finding as long as it is so."""
    ground = selector.ground(process)
    wrong = {
        one.endpoint.name: "; ".join(text for _, text in faults)
        for one in selector.used_by(process)
        if (faults := sovereignty.faults(selector.terms(one.endpoint), ground))
    }
    findings.follow(
        process=process,
        kind=FindingKind.SOVEREIGNTY,
        prefix="endpoint:",
        found=wrong,
        link=reverse("contracts:ground", args=[process.code]),
        at=at,
    )


def watch(*, at: datetime) -> None:
    """Look again at what every process uses: a sweep, which changes nothing where nothing changed."""
    for process in Process.objects.select_related("client").order_by("pk"):
        follow(process=process, at=at)


def _of(endpoint_id: UUID) -> Endpoint:
    return Endpoint.objects.select_related("vendor").get(pk=endpoint_id)


def _checked(setting: Setting) -> Setting:
    host = setting.host.strip().lower()
    if not _HOST.fullmatch(host):
        raise Invalid("host", "The host alone, such as model.example.com, without https:// and path.", "host")
    if setting.training_use not in set(TrainingUse):
        raise Invalid("training_use", "Choose what the vendor may train on from the list.", "training_use")
    days = setting.retention_days
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise Invalid("retention_days", f"Days from 0 to {MOST_DAYS:,}.", "retention_days")
    names = list(dict.fromkeys(" ".join(name.split()) for name in setting.subprocessors if name.strip()))
    if len(names) > MOST_SUBPROCESSORS or any(len(name) > 120 for name in names):
        raise Invalid(
            "subprocessors", f"At most {MOST_SUBPROCESSORS} names of 120 characters.", "subprocessors"
        )
    return Setting(host, setting.training_use, days, names)


def _columns(setting: Setting) -> dict:
    return {
        "host": setting.host,
        "training_use": setting.training_use,
        "retention_days": setting.retention_days,
        "subprocessors": list(setting.subprocessors),
    }


def _facts(endpoint: Endpoint) -> dict:
    return {
        "name": endpoint.name,
        "host": endpoint.host,
        "region": endpoint.region,
        "tenancy": endpoint.tenancy,
        "training_use": endpoint.training_use,
        "retention_days": endpoint.retention_days,
        "subprocessors": len(endpoint.subprocessors),
    }


def _target(endpoint: Endpoint) -> Target:
    return Target("endpoint", str(endpoint.pk), endpoint.name)


def _tell(endpoint: Endpoint, action: str, facts: dict, by: User, at: datetime) -> None:
    """The processes with a step that may use it learn of it, and whether it still keeps to what they allow."""
    used = Process.objects.filter(steps__endpoints=endpoint).distinct()
    users = list(used.select_related("client").order_by("pk"))
    vendor_trail.record(users, action, _target(endpoint), facts, by, at)
    for process in users:
        follow(process=process, at=at)


def _touch(endpoint: Endpoint) -> None:
    """Every process that the vendor serves knows its endpoints by heart."""
    concerned = Process.objects.filter(vendors=endpoint.vendor) | Process.objects.filter(
        steps__endpoints=endpoint
    )
    for process in concerned.distinct().order_by("pk"):
        processes.touch(process)
