"""Scorecards: the questions of a process, in versions that never change once published (F3)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from reviews.domain import scorecard
from reviews.domain.scorecard import Item
from reviews.models import Scorecard
from reviews.selectors import evaluations

_MANAGES = "Scorecards are published by the governance lead."


@transaction.atomic
def publish(
    *,
    process: Process,
    by: User,
    at: datetime,
    extra: Sequence[Item] = (),
    not_applicable: Collection[str] = (),
    pass_mark: int = scorecard.PASS_MARK,
) -> Scorecard:
    """Publish the next version of a process's scorecard: the template, what the process adds, what does not apply.

    Evaluations drawn before keep the version they were drawn with. Raises Invalid for lines that make no scorecard,
    NotAllowed for whoever may not manage samples, Conflict where somebody published at the same moment.
    """
    items = scorecard.compose(extra=extra, not_applicable=not_applicable)
    return _publish(process, by, at, items, pass_mark, None)


@transaction.atomic
def revise(
    *, process: Process, by: User, at: datetime, items: Sequence[Item], pass_mark: int, against: int | None
) -> Scorecard:
    """Publish the next version with these lines, compared with version `against`, 0 for none.

    Raises as `publish` does, and Conflict where another version is in force than the one that was looked at.
    """
    access.check(by, MANAGE_SAMPLE, process, _MANAGES)
    return _publish(process, by, at, scorecard.check(items), pass_mark, against or 0)


def _publish(
    process: Process, by: User, at: datetime, items: Sequence[Item], pass_mark: int, against: int | None
) -> Scorecard:
    access.check(by, MANAGE_SAMPLE, process, _MANAGES)
    if not 1 <= pass_mark <= 100:
        raise Invalid("pass_mark", "The pass mark lies between 1 and 100 points.", "pass_mark")
    last = Scorecard.objects.filter(process=process).aggregate(last=Max("version"))["last"] or 0
    if against is not None and against != last:
        raise Conflict(
            "published",
            f"Version {last} was published meanwhile: what you typed is still here, look at that one first.",
        )
    try:
        with transaction.atomic():
            published = Scorecard.objects.create(
                process=process,
                version=last + 1,
                items=scorecard.dump(items),
                pass_mark=pass_mark,
                created_at=at,
                created_by=by,
            )
    except IntegrityError:
        raise Conflict(
            "published", "Somebody else has just published a scorecard: look at it first."
        ) from None
    recording.record(
        log=process.client.log_key,
        action="scorecard.published",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("scorecard", str(published.pk), f"v{published.version}", "process", str(process.pk)),
        facts={"version": published.version, "items": published.items, "pass_mark": pass_mark},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return published


def ensure(*, process: Process, by: User, at: datetime) -> Scorecard:
    """The scorecard in force; the template is published where the process has none yet."""
    return evaluations.scorecard_in_force(process) or publish(process=process, by=by, at=at)
