"""Which entries of a log somebody may read in full. Whoever may not is given the hash, which proves as much.

A log belongs to a client and holds all his processes, so a part of its readers may read a part of its bodies: what
belongs to processes whose stories they may read. And a verdict that somebody must not know yet stays hidden here too:
the same rules as on the page of the story (D8, F2).
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from audit.domain.events import CHECKPOINT_SIGNED
from audit.models import Event
from audit.services.logs import PLATFORM
from contracts import access
from contracts.domain.roles import VIEW_STORY
from contracts.models import Process, User
from reviews.domain import blindness
from reviews.models import Decision, Interaction
from reviews.selectors import evaluations

UNREADABLE = "It cannot be read any more."
OTHER_PROCESS = "It belongs to a process whose stories your role does not read."
WHOLE_CLIENT = "It concerns the whole client, and your role reads only a part of the client’s processes."
PLATFORM_ONLY = "It concerns the portal itself or another client’s log."
BLIND = "It tells a verdict that you must not know before your own."


def withheld(user: User, log: str, events: Sequence[Event]) -> dict[UUID, str]:
    """Of these events of one log, those whose bodies the user may not read, each with the reason."""
    if log == PLATFORM:
        own = access.log_keys(user)
        return {event.uid: PLATFORM_ONLY for event in events if not _is_checkpoint_of(event, own)}
    mine = set(access.processes(user, VIEW_STORY).values_list("code", flat=True))
    all_of_client = set(Process.objects.filter(client__log_key=log).values_list("code", flat=True))
    found = {}
    for event in events:
        if reason := _out_of_reach(event, mine, all_of_client):
            found[event.uid] = reason
    telling = [event for event in events if event.uid not in found and _tells(event)]
    blind = blind_to(user, {_about(event) for event in telling}) if telling else set()
    return found | {event.uid: BLIND for event in telling if _about(event) in blind}


def _about(event: Event) -> str:
    """The interaction an event tells of: an evaluation names it as what it belongs to."""
    if event.object_type == "evaluation":
        return str(event.content.get("object", {}).get("parent_id", ""))
    return event.object_id


def _is_checkpoint_of(event: Event, own: Collection[str]) -> bool:
    return (event.action, event.object_type) == (CHECKPOINT_SIGNED.action, "log") and event.object_id in own


def _out_of_reach(event: Event, mine: set[str], all_of_client: set[str]) -> str:
    # Somebody may have been at the bytes: they may hold anything.
    try:
        process, facts = str(event.content.get("process", "")), event.facts
    except (ValueError, AttributeError):
        return UNREADABLE
    if not isinstance(facts, dict):
        return UNREADABLE
    if process:
        return "" if process in mine else OTHER_PROCESS
    return "" if all_of_client <= mine else WHOLE_CLIENT


def _tells(event: Event) -> bool:
    return event.action in blindness.VERDICT_EVENTS or not blindness.VERDICT_FACTS.isdisjoint(event.facts)


def blind_to(user: User, interactions: set[str]) -> set[str]:
    """Of these interactions, by their ids as text, those whose verdicts the user must not know yet. What is no
    interaction that we know counts as one."""
    ids = {text for text in interactions if _is_uuid(text)}
    found = {
        str(one.pk): one for one in Interaction.objects.filter(pk__in=ids).select_related("case").order_by()
    }
    to_score = {str(pk) for pk in evaluations.blind_to(user, [one.pk for one in found.values()])}
    decided = {
        str(pk)
        for pk in Decision.objects.filter(
            interaction__in=list(found), decided_by=user, withdrawn_at__isnull=True
        ).values_list("interaction", flat=True)
    }
    open_to = {
        pk for pk, one in found.items() if not _hidden(one, decided=pk in decided, to_score=pk in to_score)
    }
    return interactions - open_to


def _hidden(interaction: Interaction, *, decided: bool, to_score: bool) -> bool:
    case = getattr(interaction, "case", None)
    if case is None:
        return to_score
    second = case.first_reviewer_id is not None
    return blindness.verdicts_hidden(
        state=case.state, second_round=second, decided=decided, to_score=to_score
    )


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
