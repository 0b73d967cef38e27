"""A desk worked at random by the services people use, and what a plain count over its tables says of it."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from contracts.models import User
from governance.domain import telemetry
from governance.models import DayRollup, SampleRollup, UndoableDecision
from reviews.enums import Disposition, EvaluationState, InteractionState, Verdict
from reviews.models import Case, Decision, Escalation, Evaluation, Interaction, SamplingPlan
from reviews.services import (
    claims,
    decisions,
    draws,
    escalations,
    evaluations,
    intake,
    release,
    withdrawals,
    workspace,
)
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import qa
from tests.worlds import Desk

ANSWERS = (
    Answer(Verdict.APPROVE),
    Answer(Verdict.APPROVE, replayed=True),
    Answer(Verdict.OVERRIDE, {"decision": "hold"}, "WRONG_FACT"),
    Answer(Verdict.REJECT, reason_code="WRONG_POLICY"),
    Answer(Verdict.EDIT, {"comment": "Matches order, and receipt."}, "TONE"),
    Answer(Verdict.EDIT, {"amount": "1100.00"}, "WRONG_FACT", replayed=True),
)
UNDO = timedelta(seconds=3)
RELEASE = timedelta(seconds=20)


class Play:
    """One desk, and dice that say what happens next; every moment is later than the one before."""

    def __init__(self, desk: Desk, begins: datetime, dice: Random) -> None:
        self.desk, self.at, self.dice = desk, begins, dice
        self.plan()

    def plan(self) -> None:
        qa.planned(self.desk, self.at - timedelta(days=1), fraction="0.10")

    def run(self, acts: int) -> None:
        for _ in range(acts):
            self.dice.choice(
                (self.post, self.post, self.review, self.review, self.review, self.pause, self.escalate)
            )()

    def pause(self) -> None:
        """What is decided goes out; sometimes the night passes, and yesterday is drawn and scored."""
        self.at += RELEASE
        release.release_due(at=self.at)
        if self.dice.random() < 0.5:
            self.at = self.at.replace(hour=8, minute=0) + timedelta(days=self.dice.choice((1, 1, 2, 9)))
            self.score((self.at - timedelta(days=1)).date())

    def post(self) -> None:
        kinds = (
            {},
            {"language": "de-AT"},
            {"language": "nothing known"[: self.dice.randint(3, 8)]},
            {"step": "triage"},
            {"amount": "6000.00"},
            {"amount": "30000.00"},
            {"confidence": 0.5},
            {"endpoint": "elsewhere"},
        )
        posted = [
            worlds.payload(self.desk, subject_ref=f"S{self.dice.random()}", **self.dice.choice(kinds))
            for _ in range(self.dice.randint(1, 4))
        ]
        self.at += timedelta(minutes=1)
        intake.accept(payloads=posted, agent=self.desk.agent, key=self.desk.key, at=self.at)

    def review(self) -> None:
        """Somebody takes the next case and decides it; sometimes he takes it back and decides again."""
        self.at += timedelta(minutes=2)
        user = self.dice.choice((self.desk.reviewer, self.desk.second, self.desk.senior))
        claim = claims.next_case(user=user, at=self.at)
        if claim is None:
            return
        self.decide(claim.case_id, user)

    def decide(self, case: UUID, user: User) -> None:
        for panel in worlds.EVIDENCE:
            workspace.open_evidence(case_id=case, user=user, panel=panel["name"], at=self.at)
        decision = decisions.decide(
            case_id=case, user=user, answer=replace(self.dice.choice(ANSWERS), learning="none"), at=self.at
        )
        if decision.is_final and self.dice.random() < 0.4:
            self.at += UNDO
            withdrawals.withdraw(decision_id=decision.pk, user=user, at=self.at)
            if self.dice.random() < 0.7:
                self.at += UNDO
                decisions.decide(
                    case_id=case,
                    user=user,
                    answer=replace(self.dice.choice(ANSWERS), learning="none"),
                    at=self.at,
                )

    def escalate(self) -> None:
        """Somebody sends a case up, or what is up is decided there."""
        self.at += timedelta(minutes=2)
        running = Escalation.objects.filter(resolved_at__isnull=True, case__state="escalated").order_by(
            "opened_at"
        )
        if (escalation := running.first()) is not None:
            owner = Case.objects.select_related("owner").get(pk=escalation.case_id).owner
            if escalation.acknowledged_at is None:
                escalations.acknowledge(escalation_id=escalation.pk, user=owner, at=self.at)
            self.decide(escalation.case_id, owner)
            return
        claim = claims.next_case(user=self.desk.reviewer, at=self.at)
        if claim is not None:
            escalations.escalate(
                case_id=claim.case_id, user=self.desk.reviewer, question="Is it known?", at=self.at
            )

    def score(self, day: date) -> None:
        plan = SamplingPlan.objects.get(process=self.desk.process)
        if plan.created_at.date() > day:
            return
        drawn = draws.draw(process=self.desk.process, day=day, at=self.at)
        for evaluation in drawn.evaluations.filter(state=EvaluationState.DRAWN).order_by("pk"):
            evaluations.submit(
                evaluation_id=evaluation.pk,
                by=self.desk.auditor,
                answers=qa.answers(evaluation),
                judged_wrong=self.dice.random() < 0.5,
                at=self.at,
            )


# ── The two ways of counting ─────────────────────────────────────────────────────────────────────────────────


def plain() -> dict[tuple, dict[str, int]]:
    """Every count of the rollups, from the tables of the business."""
    found: defaultdict[tuple, Counter[str]] = defaultdict(Counter)

    def add(interaction: Interaction, moment: datetime, *names: str) -> None:
        step = interaction.step
        key = (
            interaction.process.client.log_key,
            interaction.process.code,
            moment.astimezone(UTC).date(),
            step.code,
            step.tier,
            telemetry.language(interaction.language),
        )
        found[key].update(names)

    disposed = {
        Disposition.AUTO_RELEASED: "straight_through",
        Disposition.QUARANTINED: "quarantined",
        Disposition.REVIEW: "to_review",
    }
    everything = Interaction.objects.select_related("process__client", "step").filter(is_honeypot=False)
    for interaction in everything:
        add(interaction, interaction.received_at, "received", disposed[interaction.disposition])
        if interaction.state == InteractionState.RELEASED:
            add(interaction, interaction.released_at, "released")
    for decision in Decision.objects.filter(is_final=True, interaction__is_honeypot=False):
        interaction = everything.get(pk=decision.interaction_id)
        if decision.withdrawn_at is not None:
            add(interaction, decision.withdrawn_at, "withdrawn")
            add(interaction, decision.decided_at)
            continue
        names = ["decided"]
        if decision.material:
            names.append("changed")
        elif decision.changed:
            names.append("cosmetic")
        if decision.replayed:
            names.append("replayed")
        add(interaction, decision.decided_at, *names)
    return {key: {name: counted[name] for name in telemetry.COUNTS} for key, counted in found.items()}


def rolled_up() -> dict[tuple, dict[str, int]]:
    rows = DayRollup.objects.values("log", "process", "day", "step", "tier", "language", *telemetry.COUNTS)
    key = ("log", "process", "day", "step", "tier", "language")
    return {tuple(row[name] for name in key): {name: row[name] for name in telemetry.COUNTS} for row in rows}


def plain_samples() -> dict[tuple, tuple[int, int]]:
    found: defaultdict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    scored = Evaluation.objects.filter(
        state=EvaluationState.SUBMITTED, interaction__disposition=Disposition.AUTO_RELEASED
    ).select_related("interaction__process")
    for evaluation in scored:
        interaction = evaluation.interaction
        key = (interaction.process.code, interaction.received_at.astimezone(UTC).date(), evaluation.pi)
        found[key][0] += 1
        found[key][1] += evaluation.output_wrong
    return {key: (scored, wrong) for key, (scored, wrong) in found.items()}


def rolled_up_samples() -> dict[tuple, tuple[int, int]]:
    return {(row.process, row.day, row.pi): (row.scored, row.wrong) for row in SampleRollup.objects.all()}


def undoable() -> dict[UUID, UUID]:
    """What the projection keeps in case it is taken back: by interaction, the event that told of the decision."""
    return dict(UndoableDecision.objects.values_list("interaction", "event"))
