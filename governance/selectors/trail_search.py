"""Finding interactions in the trail, by an id or by what their events say of them, newest first.

What events say was put into marks by the projection `trail`; a search goes along one index, and never through bodies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.selectors import projections, stories
from contracts import access
from contracts.domain.roles import VIEW_STORY
from contracts.models import Organisation, User
from governance.domain.trail_marks import RECEIVED, MarkKind
from governance.models import TrailMark
from reviews.domain import blindness
from reviews.models import Case, Interaction
from reviews.selectors import newest
from reviews.services import preparing

PAGE = 50
LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Search:
    """By what is searched; empty parts ask for nothing. Days are those of the reader's zone, both included."""

    text: str = ""
    process: str = ""
    subjects: tuple[str, ...] = ()
    model: str = ""
    rule: str = ""
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def telling(self) -> bool:
        """Whether being found would tell a verdict."""
        return self.action in blindness.VERDICT_EVENTS


def recent(user: User, before: tuple[datetime, UUID] | None, search: Search) -> list[Interaction]:
    """One page of interactions whose stories the user may read, newest first, and one more."""
    visible = access.processes(user, VIEW_STORY).order_by("pk")
    if search.process:
        visible = visible.filter(code=search.process)
    processes = list(visible.values_list("pk", "code"))
    marks = _marks(search)
    if marks is None:
        return []
    named = _named(user, search.text)
    if marks:
        branches = [_marked(code, marks, search, before) for _, code in processes]
        if named:
            these = Interaction.objects.filter(named)
            branches = [
                branch.filter(interaction__in=these.filter(process=pk).values("pk"))
                for branch, (pk, _) in zip(branches, processes, strict=True)
            ]
        found = newest.ids(branches, "received_at", PAGE + 1, key="interaction")
    else:
        narrowed = _period(search) & _after(before, "pk") & named
        plain = [Interaction.objects.filter(narrowed, process=pk, is_honeypot=False) for pk, _ in processes]
        found = newest.ids(plain, "received_at", PAGE + 1)
    rows = Interaction.objects.filter(pk__in=found).select_related("step", "process", "final_decision")
    return list(rows.order_by("-received_at", "-pk"))


def subjects(user: User, reference: str) -> tuple[str, ...]:
    """The keyed hashes under which a subject stands in the logs the user may see, one for each log."""
    logs = Organisation.objects.filter(log_key__in=access.log_keys(user)).order_by("log_key")
    return tuple(preparing.subject_key(log, reference) for log in logs.values_list("log_key", flat=True))


def late_by(user: User, now: datetime) -> timedelta | None:
    """How far behind the search is in a log the user may see, where it is by more than a minute."""
    standings = projections.standings("trail", access.log_keys(user)).values()
    waits = [now - one.waiting_since for one in standings if one.waiting_since is not None]
    longest = max(waits, default=timedelta())
    return longest if longest > LATE else None


def _marks(search: Search) -> list[Q] | None:
    """What must all be found of an interaction, the rarest first; None where there can be nothing."""
    person = ""
    if search.person:
        known = User.objects.filter(username=search.person).values_list("pk", flat=True).first()
        if known is None:
            return None
        person = str(known)
    asked: Iterable[tuple[MarkKind, tuple[str, ...]]] = (
        (MarkKind.SUBJECT, search.subjects),
        (MarkKind.PERSON, (person,)),
        (MarkKind.RULE, (search.rule,)),
        (MarkKind.ACTION, (search.action,)),
        (MarkKind.MODEL, (search.model,)),
    )
    return [
        Q(kind=kind, value=values[0]) if len(values) == 1 else Q(kind=kind, value__in=values)
        for kind, values in asked
        if any(values)
    ]


def _marked(
    code: str, marks: list[Q], search: Search, before: tuple[datetime, UUID] | None
) -> QuerySet[TrailMark]:
    first, *others = marks
    found = TrailMark.objects.filter(first, _period(search), _after(before, "interaction"), process=code)
    for other in others:
        # By process and moment as well, though the interaction would do: so both sides are in the order of one index,
        # and the database can walk along both instead of looking up each.
        beside = TrailMark.objects.filter(
            other,
            process=code,
            received_at=OuterRef("received_at"),
            interaction=OuterRef("interaction"),
        )
        found = found.filter(Exists(beside))
    return found


def _period(search: Search) -> Q:
    narrowed = Q()
    if search.since:
        narrowed &= Q(received_at__gte=_midnight(search.since))
    if search.until:
        narrowed &= Q(received_at__lt=_midnight(search.until + timedelta(days=1)))
    return narrowed


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(before: tuple[datetime, UUID] | None, key: str) -> Q:
    if before is None:
        return Q()
    when, pk = before
    return Q(received_at__lt=when) | Q(received_at=when, **{f"{key}__lt": pk})


def _named(user: User, text: str) -> Q:
    """An interaction's id, a case's id, the correlation id, or the agent's external id, exactly; each looked up by its
    own index."""
    text = text.strip()
    if not text:
        return Q()
    try:
        wanted = UUID(text)
    except ValueError:
        return Q(external_id=text)
    of_case = Case.objects.filter(pk=wanted).values_list("interaction", flat=True)
    arrivals = stories.for_correlation(logs=access.log_keys(user), correlation_id=wanted)
    of_matter = [UUID(event.object_id) for event in arrivals if event.action == RECEIVED]
    return Q(pk__in=[wanted, *of_case, *of_matter])
