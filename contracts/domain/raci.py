"""Who is responsible, accountable, consulted and informed: the tasks, the letters, and what no RACI may say (K1–K3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.enums import Labelled, Party


class Task(Labelled):
    """The rows of every RACI (requirements §6.4)."""

    RUN_AI = "run_ai"
    REVIEW = "review"
    FINAL_DECISION = "final_decision"
    MODEL_BEHAVIOUR = "model_behaviour"
    MODEL_CHANGE = "model_change"
    EDIT_RULES = "edit_rules"
    COMPLAINT = "complaint"
    INCIDENT = "incident"
    QA_SAMPLING = "qa_sampling"
    HALT = "halt"

    @property
    def label(self) -> str:
        return {
            "run_ai": "Run AI step, watch queue",
            "review": "Human review/override",
            "final_decision": "Adverse/final decision above mandate",
            "model_behaviour": "Guarantee model behaviour, fix defects",
            "model_change": "Model change / fine-tune",
            "edit_rules": "Edit HITL rules, thresholds",
            "complaint": "Customer complaint, regulator report",
            "incident": "Incident RCA and prevention",
            "qa_sampling": "QA sampling",
            "halt": "Halt / resume",
        }[self.value]


class Letter(Labelled):
    R = "R"
    A = "A"
    C = "C"
    I = "I"  # noqa: E741 -- it is called so

    @property
    def label(self) -> str:
        return {"R": "Responsible", "A": "Accountable", "C": "Consulted", "I": "Informed"}[self.value]


class Effect(Labelled):
    """K3: what the output of the AI does to the decision."""

    AI_DETERMINES = "ai_determines"
    AI_PROPOSES = "ai_proposes"
    AI_DRAFTS_HUMAN_FINAL = "ai_drafts_human_final"

    @property
    def label(self) -> str:
        return {
            "ai_determines": "The AI determines the outcome",
            "ai_proposes": "The AI proposes, a person decides",
            "ai_drafts_human_final": "The AI drafts, a person has the last word",
        }[self.value]


class RaciState(Labelled):
    """The life of a version of the RACI; it is in force once both parties have signed the same."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    SENT_BACK = "sent_back"


# The parties that have a column, in the order of the columns; those that sign; and what is not about the model itself.
PARTIES = (Party.CLIENT, Party.PROVIDER, Party.AI_VENDOR)
SIGNERS = (Party.CLIENT, Party.PROVIDER)
OUTCOMES = frozenset(Task) - {Task.MODEL_BEHAVIOUR, Task.MODEL_CHANGE}

Letters = Mapping[Party, frozenset[Letter]]

# K2: what a new matrix says. AI-processed tasks are the provider’s to run and the client’s to answer for; the AI vendor
# guarantees how the model behaves, is told of incidents and joins the talks about preventing them.
_DEFAULTS: dict[Task, dict[Party, str]] = {
    Task.RUN_AI: {Party.PROVIDER: "R", Party.CLIENT: "A"},
    Task.REVIEW: {Party.PROVIDER: "R", Party.CLIENT: "A"},
    Task.FINAL_DECISION: {Party.CLIENT: "RA", Party.PROVIDER: "C"},
    Task.MODEL_BEHAVIOUR: {Party.AI_VENDOR: "R", Party.PROVIDER: "A", Party.CLIENT: "I"},
    Task.MODEL_CHANGE: {Party.AI_VENDOR: "R", Party.CLIENT: "AC", Party.PROVIDER: "C"},
    Task.EDIT_RULES: {Party.CLIENT: "RA", Party.PROVIDER: "C"},
    Task.COMPLAINT: {Party.CLIENT: "RA", Party.PROVIDER: "C", Party.AI_VENDOR: "I"},
    Task.INCIDENT: {Party.PROVIDER: "R", Party.CLIENT: "A", Party.AI_VENDOR: "CI"},
    Task.QA_SAMPLING: {Party.PROVIDER: "R", Party.CLIENT: "A"},
    Task.HALT: {Party.PROVIDER: "R", Party.CLIENT: "RA"},
}
DEFAULTS: Mapping[Task, Letters] = {
    task: {party: frozenset(map(Letter, letters)) for party, letters in row.items()}
    for task, row in _DEFAULTS.items()
}


def defaults(*, vendor: bool, client_procures: bool) -> dict[Task, Letters]:
    """K2: what a new matrix says. Who procured the model answers for how it behaves; without an AI vendor the provider
    does what one would."""
    rows = {task: dict(row) for task, row in DEFAULTS.items()}
    if client_procures:
        rows[Task.MODEL_BEHAVIOUR] |= {
            Party.CLIENT: frozenset({Letter.A}),
            Party.PROVIDER: frozenset({Letter.C}),
        }
    if not vendor:
        for row in rows.values():
            theirs = row.pop(Party.AI_VENDOR, frozenset())
            if Letter.R in theirs:
                row[Party.PROVIDER] = row[Party.PROVIDER] | {Letter.R}
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Part:
    """A letter of a row: which party holds it, whether somebody is named for it, and whether that is an AI."""

    letter: Letter
    party: Party
    person: bool = False
    role: str = ""
    ai: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What a row may not say; the sentence names the field at fault."""

    code: str
    field: str
    sentence: str


def row_problem(
    task: Task, effect: Effect, parts: Iterable[Part], *, clause: bool, document: bool
) -> Problem | None:
    """The first thing that is wrong with a row, or None.

    `clause` and `document`: whether the row cites a clause of the contract and a document that defines the task (K3).
    """
    held = list(parts)
    return _named(held) or _accountable(task, effect, held, clause, document) or _responsible(held)


def _named(parts: list[Part]) -> Problem | None:
    for part in parts:
        field = f"{part.party}.{part.letter}"
        if part.ai:
            return Problem("ai", field, f"{field}: an AI is a tool of people; name a person or a role.")
        if not part.person and not part.role.strip():
            return Problem("unnamed", field, f"{field}: name the person or the role that holds it.")
    return None


def _accountable(
    task: Task, effect: Effect, parts: list[Part], clause: bool, document: bool
) -> Problem | None:
    holders = [part for part in parts if part.letter is Letter.A]

    def wrong(code: str, sentence: str, field: str = "accountable") -> Problem:
        return Problem(code, field, f"{field.capitalize()}: {sentence}")

    if not holders:
        return wrong("no_accountable", f"exactly one party is accountable for “{task.label}”; there is none.")
    if len(holders) > 1:
        return wrong(
            "two_accountable", f"exactly one party is accountable for “{task.label}”, not {len(holders)}."
        )
    holder = holders[0]
    if not holder.person:
        return wrong("accountable_person", f"name the person who is accountable for “{task.label}”.")
    if task not in OUTCOMES:
        return None
    if holder.party is Party.AI_VENDOR:
        return wrong(
            "vendor_accountable",
            f"“{task.label}” is a business outcome, and no AI vendor is accountable for one.",
        )
    if holder.party is Party.PROVIDER:
        return _provider_accountable(task, effect, clause, document)
    return None


def _provider_accountable(task: Task, effect: Effect, clause: bool, document: bool) -> Problem | None:
    """K3: the provider answers for an outcome only where a person has the last word, and a clause and a document say so."""
    if effect is not Effect.AI_DRAFTS_HUMAN_FINAL:
        sentence = f"Accountable: the client is, for “{task.label}”, unless a person has the last word on what the AI drafts."
        return Problem("client_accountable", "accountable", sentence)
    for field, cited, what in (
        ("clause", clause, "the clause of a contract in force"),
        ("document", document, "the document that defines the task"),
    ):
        if not cited:
            return Problem(
                f"{field}_missing",
                field,
                f"{field.capitalize()}: the provider is accountable for “{task.label}” only with {what} that says so.",
            )
    return None


def _responsible(parts: list[Part]) -> Problem | None:
    if any(part.letter is Letter.R for part in parts):
        return None
    return Problem("no_responsible", "responsible", "Responsible: at least one party does the work.")
