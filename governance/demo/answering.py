"""Who answers in the demo world: the RACI of each process as both parties signed it, stakeholders, decisions to use AI (§6.4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from contracts.domain.raci import Effect, Letter, Task
from contracts.domain.stakeholders import Stake
from contracts.enums import Party
from contracts.models import Clause, Document, Process, RaciMatrix, User
from contracts.services import raci, raci_drafts, stakeholders
from contracts.services.raci_drafts import Holder
from governance.demo.parts import Parts
from governance.demo.specs import Client

_CL, _PR, _AV = Party.CLIENT, Party.PROVIDER, Party.AI_VENDOR
Letters = Mapping[Party, str]
_HELD = {
    Task.MODEL_BEHAVIOUR: {_AV: "R", _PR: "A", _CL: "I"},
    Task.MODEL_CHANGE: {_AV: "R", _PR: "C", _CL: "A"},
    Task.EDIT_RULES: {_CL: "RA", _PR: "C"},
    Task.COMPLAINT: {_CL: "RA", _PR: "C", _AV: "I"},
    Task.INCIDENT: {_PR: "R", _CL: "A", _AV: "CI"},
    Task.FINAL_DECISION: {_CL: "RA", _PR: "C"},
    Task.RUN_AI: {_PR: "R", _CL: "A"},
    Task.REVIEW: {_PR: "R", _CL: "A"},
    Task.QA_SAMPLING: {_PR: "R", _CL: "A"},
    Task.HALT: {_PR: "R", _CL: "RA"},
}
# What departs from that in each process (§6.4).
_OTHERWISE: dict[str, dict[Task, Letters]] = {
    "AP-INV": {Task.REVIEW: {_PR: "R", _CL: "A", _AV: "I"}},
    "CLM-TRI": {Task.MODEL_BEHAVIOUR: {_AV: "R", _CL: "A", _PR: "C"}},
    "CS-REPLY": {
        Task.FINAL_DECISION: {_PR: "R", _CL: "A"},
        Task.MODEL_CHANGE: {_AV: "R", _PR: "A", _CL: "C"},
        Task.HALT: {_PR: "R", _CL: "A"},
        Task.RUN_AI: {_PR: "RA"},
        Task.REVIEW: {_PR: "RA", _CL: "I"},
        Task.QA_SAMPLING: {_PR: "RA", _CL: "I"},
    },
}
_EFFECTS = {
    "AP-INV": Effect.AI_DETERMINES,
    "CLM-TRI": Effect.AI_PROPOSES,
    "CS-REPLY": Effect.AI_DRAFTS_HUMAN_FINAL,
}
# The tasks for which the provider answers only because a clause and a document say so (K3).
_CITED = (Task.RUN_AI, Task.REVIEW, Task.QA_SAMPLING)
# How long ago both parties signed what is in force; story 3 wants that of AP-INV old.
SIGNED_DAYS_AGO = {"AP-INV": 212, "CLM-TRI": 96, "CS-REPLY": 141}
_GOVERNANCE, _OPERATIONS, _LEAD, _QUALITY = "priya.nair", "arjun.mehta", "liza.santos", "maria.lopez"
_VENDORS = {"AP-INV": "sam.ortiz", "CLM-TRI": "nina.koch", "CS-REPLY": "nina.koch"}
_COUNSEL = {"AP-INV": "anja.keller", "CLM-TRI": "owen.flynn", "CS-REPLY": "jun.hara"}
_REASONS = {
    "AP-INV": ("People alone, as until 2024; fixed rules alone", "Invoices are paid in time, and doubles are found"),
    "CLM-TRI": ("Triage by people alone; a score of the old claims system", "Urgent claims reach an adjuster within minutes"),
    "CS-REPLY": ("Templates; replies by people alone", "First replies within half an hour, in both languages"),
}  # fmt: skip


def sign(parts: Parts, spec: Client) -> None:
    """The RACI as it stood when the process went live, and as it is in force: drafted by governance, signed by both."""
    process = parts.processes[spec.process]
    governance, signers = parts.users[_GOVERNANCE], [parts.users[_OPERATIONS], parts.users[spec.owner]]
    first = raci_drafts.draft(
        process=process,
        by=governance,
        at=parts.born + timedelta(days=43),
        note="Before going live",
        effect=_EFFECTS[spec.process],
    )
    _write(parts, spec, first)
    agree(first, governance, signers, parts.born + timedelta(days=44))
    signed = parts.now - timedelta(days=SIGNED_DAYS_AGO[spec.process])
    again = raci_drafts.draft(
        process=process, by=governance, at=signed - timedelta(days=1), note="Gone over with both parties"
    )
    agree(again, governance, signers, signed)


def agree(matrix: RaciMatrix, governance: User, signers: Sequence[User], at: datetime) -> None:
    """Propose a draft, and sign it for both parties."""
    proposed = raci.propose(matrix_id=matrix.pk, by=governance, at=at - timedelta(hours=3))
    for by in signers:
        raci.sign(matrix_id=proposed.pk, digest=proposed.digest, by=by, at=at)


def _write(parts: Parts, spec: Client, matrix: RaciMatrix) -> None:
    process, effect = matrix.process, _EFFECTS[spec.process]
    rows = _HELD | _OTHERWISE[spec.process]
    clause = Clause.objects.filter(contract__processes=process, number="2.3").first()
    for task, letters in rows.items():
        if effect is Effect.AI_DRAFTS_HUMAN_FINAL and clause is None and letters.get(_PR) == "RA":
            continue
        cited = task in _CITED and _PR in letters and "A" in letters[_PR]
        raci_drafts.put_row(
            matrix_id=matrix.pk,
            task=task,
            held=_holders(parts, spec, task, letters),
            clause=clause if cited else None,
            document=_procedure(process) if cited else None,
            by=matrix.author,
            at=matrix.drafted_at,
        )


def _holders(parts: Parts, spec: Client, task: Task, letters: Letters) -> list[Holder]:
    provider = {Task.REVIEW: _LEAD, Task.QA_SAMPLING: _QUALITY}.get(task, _OPERATIONS)
    people: dict[Party, User] = {
        _CL: parts.users[spec.owner],
        _PR: parts.users[provider],
        _AV: parts.users[_VENDORS[spec.process]],
    }
    return [
        Holder(Letter(letter), party, people[party]) for party, held in letters.items() for letter in held
    ]


def _procedure(process: Process) -> Document | None:
    return process.documents.order_by("code").first()


def name_everybody(parts: Parts, spec: Client) -> None:
    """K7, K9: everybody concerned, with contact, deputy and duty; and who decided to use AI at each step."""
    process, owner = parts.processes[spec.process], parts.users[spec.owner]
    at = parts.born + timedelta(days=44)
    named = (
        (Stake.BUSINESS_OWNER, spec.owner, spec.admin, "Answers for the outcome"),
        (Stake.PROVIDER_MANAGER, _OPERATIONS, _GOVERNANCE, "Answers for the service, day and night"),
        (Stake.PROVIDER_STAFF, _LEAD, _OPERATIONS, "Speaks for those who review"),
        (Stake.AI_VENDOR, _VENDORS[spec.process], "", "Tells of changes and defects of the model"),
        (Stake.LEGAL_COMPLIANCE, _COUNSEL[spec.process], "", "Looks after contracts and duties to report"),
        (Stake.INFOSEC, "wei.tan", _GOVERNANCE, "Looks after keys, endpoints and certificates"),
    )
    for stake, login, deputy, duty in named:
        person = parts.users[login]
        stakeholders.name(
            process=process,
            category=stake,
            person=person,
            deputy=parts.users[deputy] if deputy else None,
            contact=person.email or f"{login}@{spec.slug}.example",
            duty=duty,
            by=parts.users[_GOVERNANCE],
            at=at,
        )
    decide(process, owner, at, *_REASONS[spec.process])


def decide(process: Process, owner: User, at: datetime, alternatives: str, benefit: str) -> None:
    """The client’s owner decides that AI is used at every step."""
    for step in process.steps.order_by("position"):
        step.process = process
        stakeholders.decide_ai_use(
            step=step,
            authority="Mandate of the management board",
            alternatives=alternatives,
            benefit=benefit,
            by=owner,
            at=at,
        )
