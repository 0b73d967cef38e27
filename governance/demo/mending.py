"""What followed from critical fails of the past: each recall was answered and each action done within three days, but for the
newest of a process, which still waits for people (F11)."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.services import origins
from contracts import access
from contracts.domain import roles
from contracts.models import Process, User
from governance.demo.world import ORIGIN, World
from reviews.enums import ActionState, ReasonCode, RecallState, Remedy
from reviews.models import CorrectiveAction, RecalibrationFinding, Recall
from reviews.services import actions, recalls
from reviews.services.recalls import Correction

_TOOK = timedelta(days=3)
_WRONG = Correction(
    Remedy.REVOKE, ReasonCode.WRONG_FACT, "What went out does not agree with the evidence of the case."
)


def mend(world: World) -> int:
    """Answer what lies three days back; returns how many recalls are over now. Running it again does nothing."""
    done = 0
    for process in world.processes.values():
        mine = Recall.objects.filter(process=process).order_by("opened_at", "pk")
        for recall in list(mine)[:-1]:
            if recall.state == RecallState.OPEN and recall.opened_at + _TOOK < world.now:
                with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
                    _answer(process, recall)
                done += 1
        actions_of = CorrectiveAction.objects.filter(process=process, state=ActionState.OPEN)
        for action in actions_of.filter(recall__state=RecallState.CONFIRMED).order_by("created_at", "pk"):
            with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
                _do(process, action)
        _close(world, process)
    return done


def _answer(process: Process, recall: Recall) -> None:
    at = recall.opened_at
    first, second = _holders(process, roles.RECALL_OUTPUT)[:2]
    client = _holders(process, roles.TELL_CUSTOMERS)[0]
    recalls.correct(recall_id=recall.pk, by=first, correction=_WRONG, at=at + timedelta(minutes=40))
    recalls.acknowledge(
        recall_id=recall.pk, by=_holders(process, roles.MANAGE_WEBHOOKS)[0], at=at + timedelta(hours=1)
    )
    recalls.decide_notice(
        recall_id=recall.pk,
        by=client,
        notify=False,
        why="It was mended before anybody outside noticed it.",
        at=at + timedelta(hours=5),
    )
    recalls.confirm(
        recall_id=recall.pk,
        by=second,
        fix="The case was worked again by hand and entered correctly.",
        at=at + timedelta(hours=26),
    )


def _do(process: Process, action: CorrectiveAction) -> None:
    at = action.created_at
    assert action.owner is not None  # noqa: S101 — everybody who may own one is there in the demo world
    actions.finish(
        action_id=action.pk,
        by=action.owner,
        done="Went through the case with the team; the step of the procedure names the check now.",
        at=at + timedelta(hours=30),
    )
    auditor = next(one for one in _holders(process, roles.EVALUATE_SAMPLE) if one.pk != action.owner_id)
    actions.verify(action_id=action.pk, by=auditor, at=at + timedelta(hours=50))


def _close(world: World, process: Process) -> None:
    """All findings but the newest were closed."""
    mine = RecalibrationFinding.objects.filter(process=process).order_by("created_at", "pk")
    for finding in list(mine)[:-1]:
        if finding.closed_at is None and finding.created_at + _TOOK < world.now:
            _closed(process, finding, finding.created_at + _TOOK)


def _closed(process: Process, finding: RecalibrationFinding, at: datetime) -> None:
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        actions.close_finding(
            finding_id=finding.pk,
            by=_holders(process, roles.MANAGE_PROCESS)[0],
            changed="The checklist of the step was changed and the team was trained.",
            at=at,
        )


def _holders(process: Process, codename: str) -> list[User]:
    return list(access.holders(process, codename).order_by("username"))
