"""Logs as a reader sees them: one sentence that says whether all is well, and the figures behind it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from governance.selectors.clocks import Apart, Late, Lateness
from governance.selectors.log_status import Status

# What is recorded is in the tree within a minute; what is in the tree is signed within the hour, at the very latest.
LONGEST_WAIT = timedelta(seconds=60)
LONGEST_UNSIGNED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a log: its id, its kind, and the whole of it to give to a verifier."""

    id: str
    kind: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness or a timestamp authority, and what it confirmed last."""

    name: str
    size: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LateLine:
    """An event that was not written when it happened: its place, when it was written, and how far apart that lies."""

    index: str
    recorded_at: datetime
    apart: str


@dataclass(frozen=True, slots=True)
class LogCard:
    """One log on the page. `problems` are what should worry its reader, the worst first."""

    log: str
    client: str
    label: str
    hue: str
    icon: str
    problems: list[str]
    size: str
    waiting: str
    signed: str
    signed_at: datetime | None
    note: str
    witnesses: list[Witness]
    keys: list[Key]
    stamps: list[Witness]
    checkpoint_url: str
    consistency_url: str
    consistency: str
    late: str
    late_days: list[tuple[date, str]]
    late_newest: list[LateLine]


def card(status: Status, now: datetime, lateness: Lateness) -> LogCard:
    problems = _problems(status, now)
    label, hue, icon = _state(status, problems)
    signed = status.checkpoint
    earlier = status.earlier if signed else None
    return LogCard(
        log=status.log,
        client=status.client,
        label=label,
        hue=hue,
        icon=icon,
        problems=problems,
        size=f"{status.size:,}",
        waiting=_waiting(status, now),
        signed=f"{signed.size:,}" if signed else "",
        signed_at=timezone.localtime(signed.created_at) if signed else None,
        note=status.note,
        witnesses=[
            Witness(one.name, f"{one.size:,}", timezone.localtime(one.at)) for one in status.witnesses
        ],
        keys=[
            Key(key.id.hex(), key.kind.name.replace("_", "-").replace("ED25519", "Ed25519"), str(key))
            for key in status.keys
        ],
        stamps=[Witness(one.authority, f"{one.size:,}", timezone.localtime(one.at)) for one in status.stamps],
        checkpoint_url=reverse("governance:api_checkpoint", args=[status.log]) if signed else "",
        consistency_url=_consistency(status) if signed and earlier else "",
        consistency=f"{earlier:,} → {signed.size:,}" if signed and earlier else "",
        late=f"{lateness.count:,}",
        late_days=[(day, f"{count:,}") for day, count in lateness.days],
        late_newest=[_late(one) for one in lateness.newest],
    )


def _late(one: Late) -> LateLine:
    seconds = one.apart.total_seconds()
    apart = (
        f"{_apart(seconds)} after it happened" if seconds > 0 else f"{_apart(-seconds)} before it happened"
    )
    return LateLine(f"{one.index:,}", timezone.localtime(one.recorded_at), apart)


def _apart(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else _span(timedelta(seconds=seconds))


def clock_warning(one: Apart) -> str:
    """What is wrong with the clock of a machine, in a sentence."""
    direction = "behind" if one.seconds.startswith("-") else "ahead of"
    return (
        f"The clock of {one.machine} is {one.seconds.lstrip('-')} s {direction} the database’s: "
        "what it records may bear a wrong time. Set it by a time server."
    )


def _consistency(status: Status) -> str:
    size = status.checkpoint.size if status.checkpoint else 0
    return f"{reverse('governance:api_consistency', args=[status.log])}?from={status.earlier}&to={size}"


def _problems(status: Status, now: datetime) -> list[str]:
    found = [f"It is stopped until a person has looked: {reason}." for reason in status.stopped]
    if status.waiting_since and now - status.waiting_since > LONGEST_WAIT:
        waited = _span(now - status.waiting_since)
        found.append(
            f"The oldest event that waits for its place has waited for {waited}; promised is a minute."
        )
    if status.unsigned_since and now - status.unsigned_since > LONGEST_UNSIGNED:
        found.append(
            f"No signed checkpoint covers what was recorded {_span(now - status.unsigned_since)} ago."
        )
    return found


def _state(status: Status, problems: list[str]) -> tuple[str, str, str]:
    if status.stopped:
        return "Stopped", "bad", "bad"
    if problems:
        return "Late", "warn", "warn"
    if status.checkpoint is None:
        return "Nothing signed yet", "neutral", "clock"
    return "Up to date", "good", "check"


def _waiting(status: Status, now: datetime) -> str:
    if not status.waiting:
        return "none"
    if status.waiting_since is None:
        return f"{status.waiting:,}"
    return f"{status.waiting:,}, the oldest for {_span(now - status.waiting_since)}"


def _span(length: timedelta) -> str:
    seconds = max(0, int(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} days"
