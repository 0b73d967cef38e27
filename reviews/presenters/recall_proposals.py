"""What automatic QA proposes to recall, in words (F4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts import access
from contracts.domain.roles import VIEW_STORY
from contracts.models import User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain.qa_kinds import ProposalState
from reviews.enums import AutoFlag
from reviews.models import RecallProposal
from reviews.presenters import recalls, words
from reviews.presenters.recalls import Opening
from reviews.presenters.rule_life import Button

_STATES = {
    ProposalState.OPEN: ("warn", "clock"),
    ProposalState.RECALLED: ("bad", "check"),
    ProposalState.DISMISSED: ("good", "check"),
}


@dataclass(frozen=True)
class Row:
    short: str
    url: str
    process: str
    step: str
    flag: str
    sentence: str
    opened: datetime


@dataclass(frozen=True)
class ProposalPage:
    output: Opening
    state: State
    flag: str
    sentence: str
    engine: str
    opened: datetime
    open: bool
    recall: Button
    dismiss: Button
    recall_url: str
    story_url: str
    why: str
    settled_by: str
    settled_at: datetime | None


def rows(proposals: Sequence[RecallProposal]) -> list[Row]:
    return [
        Row(
            short=words.short_id(one.interaction_id),
            url=reverse("reviews:recall_proposal", args=[one.pk]),
            process=one.process.name,
            step=one.interaction.step.name,
            flag=AutoFlag(one.flag).label,
            sentence=one.sentence,
            opened=one.opened_at,
        )
        for one in proposals
    ]


def page(proposal: RecallProposal, out: dict[str, Any], reader: User) -> ProposalPage:
    interaction, stands = proposal.interaction, ProposalState(proposal.state)
    hue, icon = _STATES[stands]
    may_recall = access.allowed(permissions.check_can_recall, reader, interaction)
    may_dismiss = access.allowed(permissions.check_can_dismiss, reader, proposal)
    return ProposalPage(
        output=recalls.opening(interaction, out),
        state=State(stands.label, hue, icon),
        flag=AutoFlag(proposal.flag).label,
        sentence=proposal.sentence,
        engine=proposal.calibration.engine.reference,
        opened=proposal.opened_at,
        open=stands == ProposalState.OPEN,
        recall=Button(reverse("reviews:recall_new", args=[interaction.pk]), *may_recall),
        dismiss=Button(reverse("reviews:recall_dismiss", args=[proposal.pk]), *may_dismiss),
        recall_url=reverse("reviews:recall", args=[proposal.recall_id]) if proposal.recall_id else "",
        story_url=reverse(settings.STORY_ROUTE, args=[interaction.pk])
        if access.can(reader, VIEW_STORY, proposal.process)
        else "",
        why=proposal.why,
        settled_by=proposal.settled_by.name if proposal.settled_by else _("Quality assurance"),
        settled_at=proposal.settled_at,
    )
