"""Working a case of the past to its end, through the very services that people use, and saying when each thing happened.

All of it happens inside the caller's transaction: no sweep and no reviewer of today ever meets a case half done.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from contracts.enums import Category
from contracts.models import User
from governance.demo import behaviour
from governance.demo.behaviour import Manner
from governance.demo.clock import later
from governance.demo.specs import Draft
from governance.demo.world import CLIENTS, World
from reviews.enums import CaseState, Learning, ReasonCode, Verdict
from reviews.models import Case, Decision, Escalation
from reviews.models.case import CLAIMABLE
from reviews.services import claims, decisions, escalations, information, promotions, release, workspace
from reviews.services.decisions import Answer

# More hands than these no case passes through.
_HANDS = 8
_UNDO = timedelta(seconds=10)
# Every so often somebody is unsure, escalates, or asks the agent; and a call at night is not heard.
_UNSURE, _ESCALATES, _ASKS, _UNHEARD = 0.008, 0.012, 0.012, 0.12


# When a pair of hands let go of the case, and the decision if there was one.
Ended = tuple[datetime, Decision | None]


class Desk:
    """Works cases of one process, with its own dice per case, up to a moment that is never passed."""

    def __init__(self, world: World, process: str, until: datetime) -> None:
        self.world, self.process, self.until = world, process, until
        self.spec = CLIENTS[process]

    def person(self, login: str) -> User:
        return self.world.people[login]

    def work(self, case_id: UUID, draft: Draft, dice: Random) -> bool:
        """Take a case from its queue to its release; False where the day ended before that."""
        at = later(draft.at, self.spec.minutes_waiting, dice)
        for _ in range(_HANDS):
            case = _load(case_id)
            if at > self.until:
                return False
            decision = None
            if case.state in CLAIMABLE:
                at, decision = self._review(case, draft, dice, at)
            elif case.state == CaseState.ESCALATED:
                at, decision = self._escalated(case, draft, dice, at)
            elif case.state == CaseState.AWAITING_INFORMATION:
                at = later(at, 10, dice)
                information.give(
                    interaction=case.interaction,
                    agent=case.interaction.agent,
                    text="It is in the attached file.",
                    at=at,
                )
            else:
                return False
            if decision is not None and decision.is_final:
                return release.release(interaction_id=case.interaction_id, at=decision.decided_at + _UNDO)
        return False

    def _review(self, case: Case, draft: Draft, dice: Random, at: datetime) -> Ended:
        """One claim by a reviewer: mostly a decision, now and then a question to somebody else."""
        first = case.first_reviewer.username if case.first_reviewer else ""
        manner = behaviour.reviewer(self.process, case.queue.kind, dice, first)
        user = self.person(manner.login)
        claims.claim(case_id=case.pk, user=user, at=at)
        done = at + timedelta(seconds=manner.takes(dice))
        chance = dice.random()
        careful = (
            manner is not behaviour.RAMON and not first and case.queue.kind != "client" and not case.answer
        )
        if careful and chance < _UNSURE:
            escalations.escalate(case_id=case.pk, user=user, question="", at=done, unsure=True)
        elif careful and chance < _UNSURE + _ESCALATES:
            escalations.escalate(
                case_id=case.pk, user=user, question="Is this still within my mandate?", at=done
            )
        elif careful and chance < _UNSURE + _ESCALATES + _ASKS:
            information.ask(case_id=case.pk, user=user, question="Which document shows this?", at=done)
        else:
            return later(done, 4, dice), self.decide(case, user, manner, draft, dice, at, done)
        return later(done, 4, dice), None

    def _escalated(self, case: Case, draft: Draft, dice: Random, at: datetime) -> Ended:
        """The owner takes it on and decides; what is not heard moves up the path by the clock."""
        escalation = Escalation.objects.get(case=case, resolved_at__isnull=True)
        top = escalation.level == escalation.path[-1]["level"]
        if not top and dice.random() < _UNHEARD and escalation.promote_at:
            at = max(escalation.promote_at, at) + timedelta(seconds=20)
            if at <= self.until and promotions.promote_due(at=at, limit=1):
                return later(at, 2, dice), None
        owner = escalation.owner
        manner = behaviour.EVERYBODY[owner.username]
        taken = min(later(at, 5, dice), max(escalation.ack_due_at - timedelta(minutes=1), at))
        if taken > self.until:
            return taken, None
        escalations.acknowledge(escalation_id=escalation.pk, user=owner, at=taken)
        done = taken + timedelta(seconds=manner.takes(dice))
        return later(done, 4, dice), self.decide(case, owner, manner, draft, dice, taken, done)

    def decide(
        self, case: Case, user: User, manner: Manner, draft: Draft, dice: Random, at: datetime, done: datetime
    ) -> Decision:
        """Open the evidence, one panel after the other, and decide in the manner of who does."""
        panels = [panel["name"] for panel in case.interaction.step.evidence]
        pause = (done - at) / (len(panels) + 2)
        for number, panel in enumerate(panels, start=1):
            workspace.open_evidence(case_id=case.pk, user=user, panel=panel, at=at + pause * number)
        answer = self._answer(case, manner, draft, dice)
        if case.state == CaseState.ESCALATED:
            answer = replace(answer, learning=_taught(answer))
        return decisions.decide(case_id=case.pk, user=user, answer=answer, at=done)

    def _answer(self, case: Case, manner: Manner, draft: Draft, dice: Random) -> Answer:
        interaction = case.interaction
        fields = {field["name"]: field for field in interaction.step.output_fields}
        truth = {name: value for name, value in draft.truth.items() if name in fields}
        noticed = bool(truth) and dice.random() < manner.sees
        hurts = _hurts(
            interaction.step.adverse_outcomes, {**interaction.output, **(truth if noticed else {})}
        )
        factors = [draft.factor] if hurts else []
        if not noticed:
            code = ReasonCode.OTHER if hurts else ""
            note = "The clause applies as the file shows." if hurts else ""
            return Answer(Verdict.APPROVE, reason_code=code, note=note, factors=factors)
        decided = any(fields[name].get("decision") for name in truth)
        own = interaction.category == Category.D3 or (decided and dice.random() < 0.5)
        verdict = Verdict.OVERRIDE if own else Verdict.EDIT
        return Answer(
            verdict,
            output=truth,
            reason_code=draft.reason or "OTHER",
            note=f"As the evidence of {draft.external_id} shows.",
            factors=factors,
        )


def _taught(answer: Answer) -> Learning:
    """What whoever decided above the queue takes from it."""
    if answer.verdict == Verdict.APPROVE:
        return Learning.NONE
    lessons = {ReasonCode.WRONG_POLICY: Learning.RULE_CHANGE, ReasonCode.MISSING_EVIDENCE: Learning.SOP}
    return lessons.get(ReasonCode(answer.reason_code), Learning.TRAINING)


def _hurts(adverse: dict[str, list[str]], output: dict) -> bool:
    return any(str(output.get(name)) in values for name, values in adverse.items())


def _load(case_id: UUID) -> Case:
    return Case.objects.select_related(
        "queue", "first_reviewer", "interaction__step", "interaction__agent", "interaction__process__client"
    ).get(pk=case_id)
