"""What became of an agent's own interaction: never who decided, and never an output that is not released."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import POST_INTERACTION
from contracts.models import ApiKey, User
from reviews.enums import InteractionState, Verdict
from reviews.models import Interaction, Recall
from reviews.selectors import halted, snapshots

# Nothing for the agent to do but wait. In every other state it is done, or it is asked something.
WAITING = frozenset(
    {
        InteractionState.RECEIVED,
        InteractionState.AWAITING,
        InteractionState.IN_REVIEW,
        InteractionState.AWAITING_SECOND,
        InteractionState.ESCALATED,
        InteractionState.DECIDED,
    }
)
_RELEASED = frozenset({InteractionState.AUTO_RELEASED, InteractionState.RELEASED})


@dataclass(frozen=True)
class Outcome:
    """Where an interaction stands. Verdict, reason and output are told once it is released, not before.

    What was recalled does not count as released any more, and its output is not handed out again: `recall` says what takes
    its place.
    """

    id: UUID
    state: str
    disposition: str
    released: bool
    verdict: str | None
    output: dict[str, Any] | None
    reason_code: str | None
    decided_at: datetime | None
    released_at: datetime | None
    question: str | None
    halted: dict[str, Any] | None = None
    recall: dict[str, Any] | None = None


def own(*, agent: User, key: ApiKey | None, interaction_id: UUID, action: str) -> Interaction:
    """An interaction this agent posted, with its process, case and decision.

    Raises NotVisible for whatever another agent posted, NotAllowed where the key does not open it.
    """
    found = (
        Interaction.objects.select_related("process__client", "case", "final_decision", "step", "recall")
        .filter(pk=interaction_id, agent=agent, is_honeypot=False)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such interaction of yours.")
    access.check(agent, POST_INTERACTION, found.process, "This account may not use this process any more.")
    access.check_key(key, found.process, action)
    return found


def loaded(interaction_id: UUID) -> Interaction | None:
    """An interaction as `of` needs it, whoever asks: the caller makes sure that its outcome may be told."""
    return (
        Interaction.objects.select_related("process__client", "case", "final_decision", "step", "recall")
        .filter(pk=interaction_id)
        .first()
    )


def state_of(interaction_id: UUID) -> str:
    """The state alone, by primary key: what a waiting poll asks once a second."""
    return Interaction.objects.filter(pk=interaction_id).values_list("state", flat=True).get()


def of(interaction: Interaction) -> Outcome:
    """The outcome of an interaction loaded by `own` or `loaded`.

    A rejected output is not handed back. Personal data stays as tokens such as «IBAN_1».
    """
    released = interaction.state in _RELEASED
    went = interaction.state in {InteractionState.RELEASED, InteractionState.RECALLED}
    decision = interaction.final_decision if went else None
    output = None
    if not released:
        output = None
    elif decision is not None:
        output = None if decision.verdict == Verdict.REJECT else decision.output
    else:
        output = interaction.output
    case = getattr(interaction, "case", None)
    asked = interaction.state == InteractionState.AWAITING_INFORMATION and case is not None
    return Outcome(
        id=interaction.pk,
        state=interaction.state,
        disposition=interaction.disposition,
        released=released,
        verdict=decision.verdict if decision else None,
        output=output,
        reason_code=(decision.reason_code or None) if decision else None,
        decided_at=decision.decided_at if decision else None,
        released_at=interaction.released_at,
        question=case.question if asked and case is not None else None,
        halted=None if released or interaction.released_at else _halted(interaction),
        recall=_recalled(interaction),
    )


def _recalled(interaction: Interaction) -> dict[str, Any] | None:
    """The recall that whoever used the output is told of: why as a class, and what takes its place; never who, and never
    the words of it."""
    recall: Recall | None = getattr(interaction, "recall", None)
    if recall is None:
        return None
    return {
        "id": recall.pk,
        "state": recall.state,
        "severity": recall.severity,
        "reason_code": recall.reason_code or None,
        "remedy": recall.remedy or None,
        "output": recall.output,
        "opened_at": recall.opened_at,
        "acknowledged_at": recall.acknowledged_at,
    }


def _halted(interaction: Interaction) -> dict[str, Any] | None:
    """The halt that an agent is told of: what, why as a class, since when; never who, and never the words of it."""
    found = halted.over(snapshots.of(interaction.process), interaction)
    if found is None:
        return None
    return {
        "scope": found.scope,
        "name": found.name,
        "degree": found.degree,
        "cause": found.cause,
        "since": found.since,
        "drill": found.drill,
    }
