"""How long the records of a client are kept, what is held, and what the vault holds of one subject."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from audit.domain.retention import Bounds, RecordClass, bounds
from audit.errors import Invalid, NotVisible
from audit.models import LegalHold, Pruning, RetentionPolicy
from audit.selectors import retention
from audit.selectors.retention import Due, Holding
from contracts import access
from contracts.models import Organisation, User
from governance import permissions
from governance.domain.record_reads import SUBJECT_KEY
from reviews.models import Interaction
from reviews.services import preparing


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """What is set for one class of records: the period that counts, its bounds, and each policy."""

    record_class: RecordClass
    days: int | None
    bounds: Bounds | None
    policies: tuple[RetentionPolicy, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one client. `holds` is empty for whoever does not keep them; `held` counts those in force."""

    client: Organisation
    keeps: bool
    terms: tuple[ClassTerms, ...]
    due: Due
    held: int
    pruning: Pruning | None
    holds: list[LegalHold] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or something whose personal values are sealed, and what the vault holds of it."""

    key: str
    holding: Holding
    holds: list[LegalHold]


def clients(user: User) -> list[Organisation]:
    """The clients of whose interactions the user reads stories."""
    return list(Organisation.objects.filter(log_key__in=access.log_keys(user)).order_by("name", "pk"))


def client(user: User, log: str) -> Organisation:
    """The client whose log this is. Raises NotVisible."""
    found = Organisation.objects.filter(log_key=log).first() if log else None
    if found is None:
        raise NotVisible("unknown_log", "There are no such records that you can see.", "log")
    permissions.check_can_see_records(user, found)
    return found


def records(user: User, log: str, at: datetime) -> Records:
    """Policies, the next purge, and the holds of one client. Raises NotVisible."""
    found = client(user, log)
    keeps = permissions.can_keep_records(user, found)
    holds = retention.holds(log)
    policies = retention.policies(log)
    return Records(
        client=found,
        keeps=keeps,
        terms=tuple(_terms(log, one, policies) for one in RecordClass),
        due=retention.due(log, at),
        held=sum(hold.lifted_at is None for hold in holds),
        pruning=retention.log_pruned(log),
        holds=holds if keeps else [],
        names=_names(holds, policies),
    )


def _terms(log: str, record_class: RecordClass, policies: Iterable[RetentionPolicy]) -> ClassTerms:
    mine = tuple(one for one in policies if one.record_class == record_class)
    days = {one.jurisdiction: one.keep_days for one in mine}
    return ClassTerms(
        record_class,
        retention.keep_days(log, record_class),
        bounds(record_class, days) if days else None,
        mine,
    )


def _names(holds: Iterable[LegalHold], policies: Iterable[RetentionPolicy]) -> dict[str, str]:
    """The names of those who set, placed and lifted, by their opaque ids."""
    ids = {one.set_by for one in policies} | {
        name for one in holds for name in (one.placed_by, one.lifted_by)
    }
    people = [text for text in ids if uuid_of(text)]
    return {str(pk): name for pk, name in User.objects.filter(pk__in=people).values_list("pk", "name")}


def subject(user: User, log: str, about: str) -> Subject:
    """Whose values these are, by the agent's reference, or by an interaction's id.

    Raises NotVisible and NotAllowed for whoever does not keep the records, Invalid where nobody is named.
    """
    found = client(user, log)
    permissions.check_can_keep_records(user, found)
    return _subject(log, subject_key(found, about))


def by_key(user: User, log: str, key: str) -> Subject | None:
    """The same by the opaque key that was found before; None for what is no such key."""
    permissions.check_can_keep_records(user, client(user, log))
    return _subject(log, key) if SUBJECT_KEY.fullmatch(key) else None


def _subject(log: str, key: str) -> Subject:
    return Subject(key, retention.holding(log, key), retention.holds_on_subject(log, key))


def subject_key(client: Organisation, about: str) -> str:
    """The opaque key under which somebody's values are sealed in the client's log: by the agent's reference, or by an
    interaction as `matter` finds it. Raises Invalid for nobody."""
    about = about.strip()
    if not about:
        raise Invalid("nobody", "Name a subject as the agent does, or the id of an interaction.", "about")
    key = preparing.subject_key(client.log_key, about)
    if not uuid_of(about) and is_known(client, key):
        return key
    interaction = _interaction(client, about)
    return (interaction.subject or str(interaction.pk)) if interaction else key


def is_known(client: Organisation, key: str) -> bool:
    """Whether the vault holds anything of a subject, or any interaction of the client is about it."""
    if retention.holding(client.log_key, key).values:
        return True
    about = Q(subject=key) | Q(pk=uuid_of(key)) if uuid_of(key) else Q(subject=key)
    return Interaction.objects.filter(about, process__client=client, is_honeypot=False).exists()


def matter(client: Organisation, about: str) -> UUID:
    """The correlation id of an interaction of this client, by its own id, its case's, or the agent's. Raises Invalid."""
    about = about.strip()
    found = _interaction(client, about) if about else None
    if found is None:
        raise Invalid("unknown_interaction", "There is no such interaction of this client.", "about")
    return found.correlation_id


def _interaction(client: Organisation, about: str) -> Interaction | None:
    wanted = uuid_of(about)
    named = Q(pk=wanted) | Q(case__pk=wanted) | Q(correlation_id=wanted) if wanted else Q(external_id=about)
    return Interaction.objects.filter(named, process__client=client, is_honeypot=False).order_by("pk").first()


def uuid_of(text: str) -> UUID | None:
    """The UUID that a text is; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
