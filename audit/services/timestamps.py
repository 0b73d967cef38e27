"""Timestamps: having the newest checkpoint of each log stamped by other people's authorities, once an hour.

Who they are stands in AUDIT_TIMESTAMP_URLS, whose signatures are believed in the file AUDIT_TIMESTAMP_ROOTS. An answer is
kept in the folder outside, beside the checkpoints, once it was checked. Whatever goes wrong here stops nothing else.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit.domain import timestamps as domain
from audit.domain.timestamps import TimestampError
from audit.models import Checkpoint, Log
from audit.selectors import tree
from audit.services import outside, witnesses

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
# A pass that comes a little early still counts as an hour later.
_EARLY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp that is kept: by whom, of which size of the log, and when it says it was made."""

    authority: str
    size: int
    at: datetime


@dataclass
class Report:
    """What a pass did: logs with the authority that stamped them, and by authority why it did not."""

    stamped: list[tuple[str, str]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def configured() -> tuple[Mapping[str, str], Sequence[x509.Certificate]]:
    """The addresses of the authorities by name, and the roots they must be signed under; nothing where there are none.

    ImproperlyConfigured for a name that cannot be one, and for roots that are missing or cannot be read.
    """
    urls: Mapping[str, str] = settings.AUDIT_TIMESTAMP_URLS
    if not urls:
        return {}, ()
    try:
        for name in urls:
            domain.check_name(name)
    except ValueError as error:
        raise ImproperlyConfigured(f"AUDIT_TIMESTAMP_URLS: {error}") from None
    if not settings.AUDIT_TIMESTAMP_ROOTS:
        raise ImproperlyConfigured("AUDIT_TIMESTAMP_ROOTS: name the file of the roots that are believed")
    try:
        return urls, domain.read_roots(Path(settings.AUDIT_TIMESTAMP_ROOTS).read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"AUDIT_TIMESTAMP_ROOTS: {error}") from None


def stamp_all(*, clock: Callable[[], datetime]) -> Report:
    """Have the newest checkpoint of every log stamped by each authority that has not done so within the hour.

    Whoever does not answer is not asked again in this pass; the others go on. ImproperlyConfigured as `configured`.
    """
    urls, roots = configured()
    report = Report()
    for log in Log.objects.order_by("id").values_list("key", flat=True) if urls else ():
        newest = tree.latest_checkpoint(log)
        if newest is None:
            continue
        for name, url in urls.items():
            if name in report.problems:
                continue
            try:
                if _stamp(log, newest, name, url, roots, clock):
                    report.stamped.append((log, name))
            except (witnesses.Unreachable, TimestampError, outside.OutsideError) as problem:
                report.problems[name] = str(problem)
                logger.warning("Log %s was not stamped by %s: %s", log, name, problem)
    return report


def _stamp(
    log: str,
    newest: Checkpoint,
    name: str,
    url: str,
    roots: Sequence[x509.Certificate],
    clock: Callable[[], datetime],
) -> bool:
    last = outside.newest_stamp(log, name)
    if last is not None:
        size, kept_at = last
        if size >= newest.size or clock() - kept_at < EVERY - _EARLY:
            return False
    signed = bytes(newest.note)
    question = domain.ask(signed)
    status, _, answer = witnesses.post(url, question.data, kind=domain.REQUEST, most=domain.MAX_ANSWER_BYTES)
    if status != 200:
        raise TimestampError(f"it answered with {status}")
    domain.check(signed, answer, roots, question.nonce)
    outside.write_stamp(log, size=newest.size, authority=name, data=answer)
    return True


def kept(log: str) -> list[Stamp]:
    """The newest timestamp of each authority of a log, by name; one that cannot be read is left out."""
    found = []
    for name, (size, data) in sorted(outside.stamps(log).items()):
        try:
            found.append(Stamp(name, size, domain.moment(data)))
        except TimestampError as error:
            logger.warning("A timestamp of log %s by %s cannot be read: %s", log, name, error)
    return found


def of_size(log: str, size: int) -> bytes | None:
    """A timestamp of the checkpoint of this size, of the first authority that has one; None where none has."""
    return next(iter(outside.stamps(log, size=size).values()), (0, None))[1]


def stamped_sizes(log: str) -> list[int]:
    """The sizes of the log for which a timestamp is kept, the largest first."""
    return outside.stamped_sizes(log)
