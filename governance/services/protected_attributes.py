"""Protected attributes: supplied by the client for audits of bias, dropped when their time is over (R4)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.domain.envelope import Actor, Target
from audit.errors import Invalid
from audit.services import logs, recording
from contracts import access
from contracts.domain.roles import KEEP_RECORDS
from contracts.models import Organisation, User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance.models import ProtectedAttribute
from reviews.models import Interaction

KEPT = timedelta(days=400)
MOST_ROWS, MOST_GROUPS, SHOWN = 50_000, 20, 5
SUPPLIES = "Protected attributes are supplied by those who keep the client’s records."
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_GROUP = re.compile(r"\w[\w .+/<>–-]{0,39}")
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Supplied:
    """One line of what was supplied: which interaction, and to which group of which attribute its person belongs."""

    number: int
    external_id: str
    attribute: str
    group: str


@transaction.atomic
def supply(*, code: str, rows: Sequence[Supplied], by: User, at: datetime) -> int:
    """Keep what was supplied, all of it or nothing; what is there already is replaced. Returns how many rows.

    Raises NotVisible and NotAllowed for whoever keeps no records of the process; Invalid, naming the lines, for what
    cannot be understood or belongs to no interaction.
    """
    process = access.process(by, code, KEEP_RECORDS, SUPPLIES)
    _check(rows)
    ids = _interactions(process.pk, {row.external_id for row in rows})
    if unknown := [row for row in rows if row.external_id not in ids]:
        raise _refused("unknown_interaction", "No interaction has this external_id", unknown)
    found = {(row.external_id, row.attribute): row for row in rows}
    groups = {(row.attribute, row.group) for row in found.values()}
    groups |= set(
        ProtectedAttribute.objects.filter(process=process, attribute__in={one for one, _ in groups})
        .order_by()
        .values_list("attribute", "group")
        .distinct()
    )
    for attribute in sorted({one for one, _ in groups}):
        if sum(one == attribute for one, _ in groups) > MOST_GROUPS:
            raise Invalid("groups_many", f"“{attribute}” may have {MOST_GROUPS} groups at most.", "file")
    ProtectedAttribute.objects.bulk_create(
        [
            ProtectedAttribute(
                process=process,
                interaction_id=ids[row.external_id],
                attribute=row.attribute,
                group=row.group,
                supplied_at=at,
            )
            for row in found.values()
        ],
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["interaction", "attribute"],
        update_fields=["group", "supplied_at"],
    )
    recording.record(
        log=process.client.log_key,
        action="attributes.supplied",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("process", str(process.pk), process.code),
        facts={"attributes": sorted({row.attribute for row in found.values()}), "rows": len(found)},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return len(found)


def drop(*, client: Organisation, subject: str) -> int:
    """Drop every attribute of a subject, by the key under which the personal values are sealed; for an erasure, within its
    transaction and told by its event."""
    about = Q(interaction__subject=subject)
    if (pk := _uuid(subject)) is not None:
        about |= Q(interaction=pk)
    return ProtectedAttribute.objects.filter(about, process__client=client).delete()[0]


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Drop what was supplied more than 400 days ago; returns how many rows. A sweep."""
    rows, _ = ProtectedAttribute.objects.filter(supplied_at__lt=at - KEPT).delete()
    if rows:
        recording.record(
            log=logs.PLATFORM,
            action="attributes.forgotten",
            actor=Actor.system("retention"),
            target=Target("attributes", at.date().isoformat()),
            facts={"rows": rows},
            at=at,
        )
    return rows


def _check(rows: Sequence[Supplied]) -> None:
    if not rows:
        raise Invalid("file_empty", "The file holds no rows.", "file")
    if len(rows) > MOST_ROWS:
        raise Invalid("rows_many", f"A file may have {MOST_ROWS:,} rows at most.", "file")
    if wrong := [row for row in rows if not _NAME.fullmatch(row.attribute)]:
        raise _refused("attribute_name", "An attribute is a word of small letters, such as age_band", wrong)
    if wrong := [row for row in rows if not _GROUP.fullmatch(row.group)]:
        raise _refused("group_name", "A group is a word or a few, 40 characters at most", wrong)
    said: dict[tuple[str, str], str] = {}
    for row in rows:
        if said.setdefault((row.external_id, row.attribute), row.group) != row.group:
            raise _refused("group_twice", "The same interaction stands in two groups", [row])


def _refused(code: str, sentence: str, rows: Iterable[Supplied]) -> Invalid:
    numbers = [row.number for row in rows]
    told = ", ".join(str(number) for number in numbers[:SHOWN])
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return Invalid(code, f"{sentence}: row {told}{more}.", "file")


def _interactions(process: UUID, wanted: set[str]) -> dict[str, UUID]:
    names = sorted(wanted - {""})
    found: dict[str, UUID] = {}
    for begin in range(0, len(names), _CHUNK):
        found.update(
            Interaction.objects.filter(
                process=process, external_id__in=names[begin : begin + _CHUNK], is_honeypot=False
            ).values_list("external_id", "pk")
        )
    return found


def _uuid(text: str) -> str | None:
    return text if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) else None
