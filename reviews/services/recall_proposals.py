"""What automatic QA proposes to recall (F4): a person recalls it, or says why it may stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Entry, Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts import access
from contracts.domain.roles import RECALL_OUTPUT
from contracts.models import ModelVersion, Process, User
from contracts.selectors import authority
from contracts.services import notifications
from reviews import permissions
from reviews.domain import texts
from reviews.domain.autoqa import Finding
from reviews.domain.qa_kinds import ProposalState
from reviews.domain.transitions import RECALL_PROPOSAL, before
from reviews.enums import AutoFlag
from reviews.models import AutoQa, Interaction, Recall, RecallProposal
from reviews.permissions.recalls import SETTLED
from reviews.selectors import recall_proposals as selector
from reviews.selectors import snapshots
from reviews.services import trail

SHORTEST = 10
_AUTO_QA = Actor.system("auto-qa")
_QA = Actor.system("qa")


@transaction.atomic
def propose(
    *, process: Process, version: ModelVersion, scores: Sequence[AutoQa], at: datetime
) -> list[RecallProposal]:
    """Propose the recall of what was flagged now with a flag that brings a person, where the engine is trusted with its
    language; once for an interaction and flag, whoever asks again. A part of the transaction that stores the scores.

    What a person changed, or let go although it was held for a flag, is not proposed: he has decided.
    """
    watch = snapshots.current(process.pk).watch
    if watch is None or watch.version != version.pk:
        return []
    flagged = {score.interaction_id: score for score in scores if score.flagged}
    known = set(RecallProposal.objects.filter(interaction__in=flagged).values_list("interaction", "flag"))
    made = []
    for interaction in selector.unseen(flagged):
        if not watch.acts_in(interaction.language):
            continue
        found = [Finding(AutoFlag(one["flag"]), one["sentence"]) for one in flagged[interaction.pk].findings]
        made += [
            RecallProposal(
                interaction=interaction,
                process=process,
                flag=finding.flag,
                sentence=finding.sentence,
                calibration_id=watch.recorded,
                opened_at=at,
            )
            for finding in watch.after(found)
            if (interaction.pk, finding.flag) not in known
        ]
    RecallProposal.objects.bulk_create(made)
    recording.record_many(
        [
            _entry(
                one,
                "release.recall_proposed",
                {"engine": version.reference, "calibration": one.calibration_id},
                _AUTO_QA,
                at,
            )
            for one in made
        ]
    )
    if made:
        _tell(process, made, at)
    return made


@transaction.atomic
def dismiss(*, proposal_id: UUID, by: User, why: str, at: datetime) -> RecallProposal:
    """Say why what was flagged may stand. Raises NotVisible and NotAllowed for whoever may not recall it or let it go
    himself, Conflict where it is settled, Invalid without a reason."""
    found = selector.found(proposal_id)
    permissions.check_can_dismiss(by, found)
    why = texts.clean(why, "why", required="Say why it may stand.")
    if len(why) < SHORTEST:
        raise Invalid("text_short", f"Say why it may stand. At least {SHORTEST} characters.", "why")
    stands = RecallProposal.objects.filter(
        pk=found.pk, state__in=before(RECALL_PROPOSAL, ProposalState.DISMISSED)
    )
    if not stands.update(state=ProposalState.DISMISSED, why=why, settled_at=at, settled_by=by):
        raise Conflict("proposal_settled", SETTLED)
    recording.record_many(
        [_entry(found, "release.recall_proposal_dismissed", {}, by, at, personal={"why": why})]
    )
    return selector.found(found.pk)


def follow(*, recall: Recall, interaction: Interaction, by: User | None, at: datetime) -> None:
    """Whatever was proposed of an interaction is over with its recall; a part of the transaction that opens that."""
    stands = RecallProposal.objects.filter(
        interaction=interaction, state__in=before(RECALL_PROPOSAL, ProposalState.RECALLED)
    )
    settled = list(stands.select_for_update(no_key=True).order_by("pk"))
    for one in settled:
        one.interaction = interaction
    RecallProposal.objects.filter(pk__in=[one.pk for one in settled]).update(
        state=ProposalState.RECALLED, recall=recall, settled_at=at, settled_by=by
    )
    facts = {"recall": recall.pk}
    recording.record_many(
        [_entry(one, "release.recall_proposal_followed", facts, by or _QA, at) for one in settled]
    )


def _entry(
    proposal: RecallProposal,
    action: str,
    facts: Mapping[str, Any],
    by: User | Actor,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> Entry:
    interaction = proposal.interaction
    return trail.entry(
        interaction=interaction,
        action=action,
        by=by,
        role=authority.role_on(by, interaction.process) if isinstance(by, User) else "",
        facts={"proposal": proposal.pk, "flag": proposal.flag, **facts},
        at=at,
        personal=personal,
        target=Target("recall_proposal", str(proposal.pk), "", "interaction", str(interaction.pk)),
    )


def _tell(process: Process, made: Sequence[RecallProposal], at: datetime) -> None:
    """Everybody who may recall it hears of it, once for all that was scored together."""
    one = len(made) == 1
    for person in access.holders(process, RECALL_OUTPUT):
        notifications.notify(
            user=person,
            subject=f"{process.code}: automatic QA flagged what went out"
            + ("" if one else f", {len(made)} times"),
            body="Recall the output, or say why it may stand.",
            link=reverse("reviews:recall_proposal", args=[made[0].pk]) if one else reverse("reviews:recalls"),
            at=at,
        )
