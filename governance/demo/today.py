"""Today in the demo world: the last day that is over, what was done this morning, and what waits right now.

Every queue has something to do, and every kind of case is there once: a second review, an escalation, a denial, a final
decision, an undeclared model, an interaction kept apart, personal data to reveal, replies in Japanese.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from audit.services import origins
from contracts.models import User
from governance.demo import days, history, keeping
from governance.demo.progress import Progress
from governance.demo.specs import Draft
from governance.demo.world import ORIGIN, World
from reviews.enums import ReasonCode, Verdict
from reviews.models import Case
from reviews.services import claims, decisions, escalations, workspace
from reviews.services.decisions import Answer

# How many outputs of today are done already, by process.
_DONE = {"AP-INV": 26, "CLM-TRI": 12, "CS-REPLY": 30}
_EARLIEST, _LATEST = 9 * 60, 45

# What waits: process, what is unusual, step, language, how many minutes ago it came in.
_WAITING: list[tuple[str, str, str, str, int]] = [
    ("AP-INV", "large", "approve", "", 48), ("AP-INV", "large", "approve", "", 31), ("AP-INV", "variance", "approve", "", 27),
    ("AP-INV", "bank", "approve", "", 24), ("AP-INV", "new", "approve", "", 19), ("AP-INV", "duplicate", "approve", "", 15),
    ("AP-INV", "reading", "approve", "", 11), ("AP-INV", "vat", "approve", "", 9), ("AP-INV", "unsure", "approve", "", 6),
    ("AP-INV", "reject", "approve", "", 5), ("AP-INV", "sanctioned", "approve", "", 12), ("AP-INV", "cfo", "approve", "", 22),
    ("CLM-TRI", "plain", "severity", "", 55), ("CLM-TRI", "plain", "route", "", 44), ("CLM-TRI", "loss", "severity", "", 38),
    ("CLM-TRI", "plain", "deny", "", 35), ("CLM-TRI", "injury", "deny", "", 29), ("CLM-TRI", "injury", "severity", "", 26),
    ("CLM-TRI", "vulnerable", "intake", "", 18), ("CLM-TRI", "fraud", "route", "", 14), ("CLM-TRI", "solicitor", "severity", "", 8),
    ("CS-REPLY", "plain", "draft", "ja", 21), ("CS-REPLY", "refund", "draft", "ja", 18), ("CS-REPLY", "angry", "draft", "ja", 16),
    ("CS-REPLY", "uncited", "draft", "ja", 13), ("CS-REPLY", "plain", "send", "ja", 11), ("CS-REPLY", "plain", "draft", "en", 9),
    ("CS-REPLY", "refund", "draft", "en", 7), ("CS-REPLY", "grave", "draft", "ja", 6), ("CS-REPLY", "grave", "classify", "en", 5),
    ("CS-REPLY", "unsure", "classify", "ja", 4), ("CS-REPLY", "large_refund", "draft", "ja", 14), ("CS-REPLY", "plain", "closure", "ja", 17),
]  # fmt: skip


def seed(*, world: World, days_in_all: int, scale: float, dice_seed: int, progress: Progress) -> None:
    """Make the last day, this morning and the present. Running it again adds nothing."""
    last = days_in_all
    history.fill(
        world=world,
        first=last,
        last=last,
        days_in_all=last,
        scale=scale,
        seed=dice_seed,
        progress=progress,
        score=False,
    )
    morning = _morning(world, scale, dice_seed)
    progress.begin(sum(map(len, morning.values())) + len(_WAITING) + len(_SCENES))
    for process, made in morning.items():
        progress.say(f"{process} this morning")
        days.run(
            world=world,
            process=process,
            made=made,
            seen=days.known(world, process),
            seed=dice_seed,
            until=world.now - timedelta(minutes=10),
            told=progress.step,
        )
    progress.say("what waits right now")
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=False):
        _present(world, dice_seed, progress)


def _morning(world: World, scale: float, seed: int) -> dict[str, list[Draft]]:
    made: dict[str, list[Draft]] = {}
    for process, count in _DONE.items():
        drafts = []
        for number in range(1, max(2, round(count * scale)) + 1):
            name = f"TODAY-{process}-{world.now:%Y%m%d}-{number:03d}"
            dice = days.die(seed, name)
            at = world.now - timedelta(minutes=dice.uniform(_LATEST, _EARLIEST))
            drafts.append(_named(days.MAKERS[process](dice, at, False), name))
        made[process] = sorted(drafts, key=lambda draft: draft.at)
    return made


def _named(draft: Draft, name: str) -> Draft:
    draft.payload["external_id"] = name
    return draft


def _present(world: World, seed: int, progress: Progress) -> None:
    seen = {process: days.known(world, process) for process in _DONE}
    for number, (process, flavour, step, language, minutes) in enumerate(_WAITING, start=1):
        name = f"NOW-{process}-{world.now:%Y%m%d}-{number:03d}"
        if name not in seen[process]:
            more = {"language": language} if language else {}
            made = days.MAKERS[process](
                days.die(seed, name),
                world.now - timedelta(minutes=minutes),
                False,
                flavour=flavour,
                step=step,
                **more,
            )
            days.take_in(world, process, [_named(made, name)])
        progress.step(1)
    for number, (process, flavour, step, minutes, play) in enumerate(_SCENES, start=1):
        name = f"SCENE-{process}-{world.now:%Y%m%d}-{number:03d}"
        if name not in seen[process]:
            at = world.now - timedelta(minutes=minutes)
            made = _named(
                days.MAKERS[process](days.die(seed, name), at, False, flavour=flavour, step=step), name
            )
            made.truth.clear()
            play(world, process, made, at)
        progress.step(1)


# ── Scenes: cases that have come some way ────────────────────────────────────────────────────────────────────

_ADVERSE = {
    "reason_code": ReasonCode.OTHER,
    "note": "Section 4 excludes wear and tear; the surveyor's photographs show old damage.",
    "factors": ["Old damage on the surveyor's photographs"],
}


def _case(world: World, process: str, draft: Draft) -> Case:
    interaction_id = days.take_in(world, process, [draft])[0].id
    return Case.objects.select_related("interaction__step").get(interaction=interaction_id)


def _claimed(world: World, process: str, draft: Draft, login: str, at: datetime) -> tuple[Case, User]:
    case, user = _case(world, process, draft), world.people[login]
    claims.claim(case_id=case.pk, user=user, at=at)
    for panel in case.interaction.step.evidence:
        workspace.open_evidence(case_id=case.pk, user=user, panel=panel["name"], at=at)
    return case, user


def _first_review(world: World, process: str, draft: Draft, at: datetime) -> None:
    """Kenji has looked at a large invoice: somebody else gives the second review."""
    begun = at + timedelta(minutes=4)
    case, user = _claimed(world, process, draft, "kenji.sato", begun)
    decisions.decide(
        case_id=case.pk, user=user, answer=Answer(Verdict.APPROVE), at=begun + timedelta(minutes=2)
    )


def _escalated(world: World, process: str, draft: Draft, at: datetime) -> None:
    """Kenji is not sure: the team lead's clock is running."""
    begun = world.now - timedelta(minutes=4)
    case, user = _claimed(world, process, draft, "kenji.sato", begun)
    question = "The order was changed by telephone. May I rely on the note in the file?"
    escalations.escalate(case_id=case.pk, user=user, question=question, at=begun + timedelta(minutes=3))


def _denied(world: World, process: str, draft: Draft, at: datetime) -> None:
    """Divya recommends a denial: the claims director makes it final."""
    begun = world.now - timedelta(minutes=9)
    case, user = _claimed(world, process, draft, "divya.rao", begun)
    own = {"outcome": "deny"}
    verdict = Verdict.APPROVE if case.interaction.output["outcome"] == "deny" else Verdict.OVERRIDE
    output = None if verdict == Verdict.APPROVE else own
    answer = Answer(verdict, output=output, **_ADVERSE)  # type: ignore[arg-type]
    decisions.decide(case_id=case.pk, user=user, answer=answer, at=begun + timedelta(minutes=6))


def _undeclared(world: World, process: str, draft: Draft, at: datetime) -> None:
    """A model version nobody approved: a person decides, whatever the rules say."""
    draft.payload["model_version"] = "ledgerline-4.4-preview"
    _case(world, process, draft)


def _without_origin(world: World, process: str, draft: Draft, at: datetime) -> None:
    """Nobody knows where this came from: it is kept apart."""
    draft.payload["lineage"] = []
    days.take_in(world, process, [draft])


def _held(world: World, process: str, draft: Draft, at: datetime) -> None:
    """A supplier the authorities look into: counsel has placed a legal hold on this invoice."""
    _case(world, process, draft)
    keeping.hold(
        process=world.processes[process],
        external_id=draft.external_id,
        by=world.people[keeping.KEEPING[process].counsel],
        at=at + timedelta(minutes=3),
    )


_Scene = Callable[[World, str, Draft, datetime], None]
_SCENES: list[tuple[str, str, str, int, _Scene]] = [
    ("AP-INV", "four_eyes", "approve", 16, _first_review),
    ("AP-INV", "four_eyes", "approve", 11, _first_review),
    ("AP-INV", "variance", "approve", 8, _escalated),
    ("CS-REPLY", "plain", "draft", 8, _escalated),
    ("CLM-TRI", "plain", "deny", 40, _denied),
    ("AP-INV", "plain", "approve", 13, _undeclared),
    ("AP-INV", "plain", "approve", 7, _without_origin),
    ("AP-INV", "sanctioned", "approve", 12, _held),
]
