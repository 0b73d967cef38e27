"""The story page: the interaction in short, and its lines with the names of those who acted."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from audit import presenters
from audit.models import Event
from audit.presenters import Line
from audit.selectors.retention import Gone
from contracts.domain import money
from governance.presenters import story_values
from governance.presenters.story_values import Shown
from governance.selectors.stories import Kept
from reviews.domain import blindness
from reviews.models import Case, Interaction, Recall

HIDDEN = "Shown once a person has recorded an outcome of his own."
UNREADABLE = "This entry cannot be read: its bytes are not those of an event."
TO_SCORE = "Shown once the interaction is scored."


@dataclass(frozen=True)
class Story:
    """One interaction with everything that happened to it, in order."""

    id: UUID
    short: str
    process: str
    client: str
    facts: list[tuple[str, str]]
    reasons: list[str]
    input: Shown
    output: Shown
    outcome: Shown | None
    lines: list[Line]
    gone: list[str] = dataclasses.field(default_factory=list)


def story(
    interaction: Interaction,
    events: Iterable[Event],
    names: Mapping[str, str],
    *,
    has_decided: bool,
    to_score: bool,
    kept: Kept | None = None,
) -> Story:
    """The story for a reader. Who may still give the second review, or the score, does not read a verdict here, nor the
    AI's output on a step that belongs to people (D8, F2, B5)."""
    case: Case | None = getattr(interaction, "case", None)
    blind = to_score or (
        case is not None
        and blindness.verdicts_hidden(
            state=case.state,
            second_round=case.first_reviewer_id is not None,
            decided=has_decided,
            to_score=to_score,
        )
    )
    hidden = case is not None and blindness.ai_output_hidden(
        category=interaction.category, state=case.state, decided=has_decided
    )
    kept = kept or Kept()
    return Story(
        id=interaction.pk,
        short=str(interaction.pk)[-8:],
        process=f"{interaction.process.code} · {interaction.process.name}",
        client=interaction.process.client.name,
        facts=[*_facts(interaction, to_score=to_score), *_until(kept)],
        reasons=[reason["sentence"] for reason in interaction.reasons],
        input=story_values.given(interaction.input),
        output=Shown(notice=HIDDEN) if hidden else story_values.output(interaction, interaction.output),
        outcome=_outcome(interaction, to_score),
        lines=_blind_lines(events, names, kept.gone)
        if blind
        else [line(event, names, kept.gone) for event in events],
        gone=_gone(kept),
    )


def recalled_url(interaction: Interaction) -> str:
    """The page of its recall; nothing where it is not recalled."""
    recall: Recall | None = getattr(interaction, "recall", None)
    return reverse("reviews:recall", args=[recall.pk]) if recall else ""


def _until(kept: Kept) -> Iterable[tuple[str, str]]:
    for record_class, moment in kept.until.items():
        yield f"{record_class.label} kept until", _day(moment)


def _gone(kept: Kept) -> list[str]:
    """What a reader must know before he reads: which values are gone, and whether the first lines are."""
    sentences = sorted({one.sentence for one in kept.gone.values()})
    told = [
        f"Personal values of this interaction were {sentence}. The proofs hold all the same."
        for sentence in sentences
    ]
    if kept.pruning is not None:
        told.append(
            f"The text of its first lines was removed on {_day(kept.pruning.pruned_at)}, when its period of "
            f"{kept.pruning.keep_days:,} days was over. Their hashes remain in the log, and so does every proof."
        )
    return told


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j M Y")


def line(
    event: Event, names: Mapping[str, str], gone: Mapping[tuple[UUID, str], Gone] = MappingProxyType({})
) -> Line:
    """An event as a line, with the name of the person or agent, the role he acted in, and what is sealed, or when and
    why it was erased."""
    try:
        told = presenters.present(event)
    except (ValueError, KeyError, TypeError, AttributeError):
        # Somebody has been at the bytes. The line stays where it was, and its proof will say so.
        told = Line(when=event.occurred_at, who="", what=UNREADABLE, uid=event.uid, action=event.action)
    name = names.get(told.actor_id)
    who = f"{name}, {told.role.replace('_', ' ')}" if name and told.role else name or told.who
    details = [
        *told.details,
        *((field.capitalize(), _sealed(gone.get((event.uid, field)))) for field in told.sealed),
    ]
    if told.origin:
        details.append(("Origin", told.origin))
    return dataclasses.replace(told, who=who, details=details)


def _sealed(gone: Gone | None) -> str:
    return gone.sentence if gone else "sealed in the vault"


def _blind_lines(
    events: Iterable[Event], names: Mapping[str, str], gone: Mapping[tuple[UUID, str], Gone]
) -> list[Line]:
    """The lines without the verdicts, and without what repeats them."""
    lines = [line(event, names, gone) for event in events if event.action not in blindness.VERDICT_EVENTS]
    named = {presenters.words(fact) for fact in blindness.VERDICT_FACTS}
    return [
        dataclasses.replace(
            told, details=[(name, value) for name, value in told.details if name not in named]
        )
        for told in lines
    ]


def _outcome(interaction: Interaction, to_score: bool) -> Shown | None:
    if interaction.final_decision is None:
        return None
    if to_score:
        return Shown(notice=TO_SCORE)
    return story_values.output(interaction, interaction.final_decision.output)


def _facts(interaction: Interaction, *, to_score: bool) -> Iterable[tuple[str, str]]:
    yield "State", interaction.get_state_display()
    yield "Step", f"{interaction.step.name} ({interaction.get_category_display()})"
    yield "Model", interaction.model_reference or "not named"
    if interaction.confidence is not None:
        yield "Confidence", f"{interaction.confidence:.2f}"
    if interaction.amount is not None:
        yield "Amount", money.money(interaction.amount, interaction.currency)
    yield (
        "Rules",
        f"v{interaction.routing.ruleset_version}" if interaction.routing.ruleset_version else "none",
    )
    if interaction.final_decision and not to_score:
        yield "Final decision", interaction.final_decision.get_verdict_display()
        yield "Authority", interaction.final_decision.authority
    counts = interaction.redaction.get("counts", {})
    yield (
        "Redacted",
        ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing found",
    )
    if interaction.external_id:
        yield "External id", interaction.external_id
