"""The three layers of governance (L9): what the contract says, what the process does, and who in the organisations stands for it.

A duty that stands in the contract alone is not lived, one that is lived alone is not owed, and either without a name is
nobody's. So every subject is asked about in all three layers. What there is comes in as facts, and goes out as a checklist.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.domain.clause_gaps import Finding, Standing
from contracts.enums import Labelled, Party, Role

# People who audit and do not review: with fewer nothing can be scored twice.
AUDITORS = 2


class Layer(Labelled):
    CONTRACTUAL = "contractual"
    PROCESS = "process"
    ORGANISATIONAL = "organisational"


class Found(Labelled):
    """Whether an artefact is there. Nothing is asked where it could not exist, such as the answers of vendors there are not."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


class Subject(Labelled):
    AI_USE = "ai_use"
    DECISIONS = "decisions"
    OVERSIGHT = "oversight"
    ESCALATION = "escalation"
    HALT = "halt"
    QUALITY = "quality"
    PERFORMANCE = "performance"
    CHANGES = "changes"
    DATA = "data"
    RECORDS = "records"
    LIABILITY = "liability"
    FAIRNESS = "fairness"
    VENDORS = "vendors"

    @property
    def label(self) -> str:
        return {
            "ai_use": "Where AI is used",
            "decisions": "Who decides",
            "oversight": "People who check",
            "escalation": "Escalation and incidents",
            "halt": "Halting the AI",
            "quality": "Quality samples",
            "performance": "Service levels",
            "changes": "Changes of the AI",
            "data": "Data and where it goes",
            "records": "Records and evidence",
            "liability": "Who pays",
            "fairness": "Fairness",
            "vendors": "AI vendors and the way out",
        }[self.value]


# Every clause template is asked for once.
CLAUSES: dict[Subject, tuple[str, ...]] = {
    Subject.AI_USE: ("ai_use",),
    Subject.DECISIONS: ("decision_categories",),
    Subject.OVERSIGHT: ("human_oversight",),
    Subject.ESCALATION: ("ai_incident",),
    Subject.HALT: ("halt",),
    Subject.QUALITY: ("audit_rights",),
    Subject.PERFORMANCE: ("outcome_performance",),
    Subject.CHANGES: ("change_notice", "change_approval"),
    Subject.DATA: ("data_training",),
    Subject.RECORDS: ("logs",),
    Subject.LIABILITY: ("liability",),
    Subject.FAIRNESS: ("fairness",),
    Subject.VENDORS: ("flow_down", "exit"),
}


@dataclass(frozen=True, slots=True)
class Artefact:
    """What there is of a subject in one layer; the sentence says it, or what is missing."""

    found: Found
    sentence: str

    @property
    def gap(self) -> bool:
        return self.found in (Found.PARTIAL, Found.MISSING)


@dataclass(frozen=True, slots=True)
class Row:
    subject: Subject
    contractual: Artefact
    process: Artefact
    organisational: Artefact

    @property
    def layers(self) -> tuple[tuple[Layer, Artefact], ...]:
        return tuple(zip(Layer, (self.contractual, self.process, self.organisational), strict=True))


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is on a process now. Versions are numbers, None where nothing is in force; lists name what is missing.

    `clauses` is what the contracts in force say of each template; `people` counts who holds each role; `covered`: somebody who
    may halt is on call at every hour.
    """

    clauses: Mapping[str, Finding] = field(default_factory=dict)
    people: Mapping[Role, int] = field(default_factory=dict)
    steps: int = 0
    unmapped: Collection[str] = ()
    unsigned: Collection[str] = ()
    undecided: Collection[str] = ()
    raci: int | None = None
    finals: int = 0
    missing_stakes: Collection[str] = ()
    rules: int | None = None
    paths: int = 0
    drilled: bool = False
    drill_overdue: bool = False
    safe_state: str = ""
    halt_holders: int = 0
    halt_covered: bool = False
    fraction: Decimal | None = None
    auditors: int = 0
    service_levels: int | None = None
    signers: Collection[Party] = ()
    notice_terms: bool = False
    deciders: Collection[Party] = ()
    data_flow: int | None = None
    flow_violations: int = 0
    uncertified: Collection[str] = ()
    unset_periods: Collection[str] = ()
    layers_without_payer: Collection[str] = ()
    attributes: bool = False
    audited: bool = False
    vendors: int = 0
    unassessed: Collection[str] = ()


def rows(facts: Facts) -> list[Row]:
    """The checklist: every subject, with what there is of it in each layer."""
    lived, borne = _process(facts), _organisation(facts)
    return [
        Row(subject, contractual(subject, facts.clauses), lived[subject], borne[subject])
        for subject in Subject
    ]


def gaps(found: Iterable[Row]) -> list[tuple[Subject, Layer, Artefact]]:
    """What is missing, and then what is there in part, each in the order of the checklist."""
    open_ones = [
        (row.subject, layer, artefact) for row in found for layer, artefact in row.layers if artefact.gap
    ]
    return sorted(open_ones, key=lambda gap: gap[2].found is Found.PARTIAL)


def counts(found: Iterable[Row]) -> dict[Layer, tuple[int, int]]:
    """By layer how many artefacts are there and how many are asked for. The layers are never added up: one does not make up for
    another."""
    numbers = dict.fromkeys(Layer, (0, 0))
    for row in found:
        for layer, artefact in row.layers:
            there, asked = numbers[layer]
            if artefact.found is not Found.NOT_ASKED:
                numbers[layer] = (there + (artefact.found is Found.PRESENT), asked + 1)
    return numbers


def contractual(subject: Subject, clauses: Mapping[str, Finding]) -> Artefact:
    """What the contracts in force say of a subject: present where every clause asked for is a strong one."""
    said = [clauses[template] for template in CLAUSES[subject] if template in clauses]
    if not said:
        return Artefact(Found.MISSING, "No contract is in force.")
    sentences = " ".join(f"{one.template.title}: {one.reason}" for one in said)
    standings = {one.standing for one in said}
    if standings == {Standing.PRESENT}:
        return Artefact(Found.PRESENT, sentences)
    return Artefact(Found.MISSING if standings == {Standing.MISSING} else Found.PARTIAL, sentences)


def _process(facts: Facts) -> dict[Subject, Artefact]:
    return {
        Subject.AI_USE: _all_of(
            facts.steps,
            {"Not mapped": facts.unmapped, "Not signed by the client": facts.unsigned},
            "The function map of every step is signed.",
            "There is no step yet.",
        ),
        Subject.DECISIONS: _both(
            (
                facts.raci is not None,
                f"RACI v{facts.raci} is in force.",
                "No RACI is signed by both parties.",
            ),
            (bool(facts.finals), "Final decision-makers are named.", "No final decision-maker is named."),
        ),
        Subject.OVERSIGHT: _version("Rules", facts.rules, "No rule set is active."),
        Subject.ESCALATION: _there(
            bool(facts.paths), "An escalation path is in force.", "There is no escalation path."
        ),
        Subject.HALT: _there(bool(facts.safe_state), facts.safe_state, "Nobody has said what happens then."),
        Subject.QUALITY: _there(
            facts.fraction is not None,
            f"{facts.fraction or 0:.1%} of all outputs are drawn.",
            "There is no sampling plan.",
        ),
        Subject.PERFORMANCE: _version("Service levels", facts.service_levels, "None are in force."),
        Subject.CHANGES: _there(
            facts.notice_terms, "Notice terms are agreed.", "No notice terms are agreed."
        ),
        Subject.DATA: _data_flow(facts),
        Subject.RECORDS: _lacking("No period is set for", facts.unset_periods, "Every class has its period."),
        Subject.LIABILITY: _lacking(
            "Nobody bears",
            facts.layers_without_payer,
            "Every layer an error comes from has somebody who pays.",
        ),
        Subject.FAIRNESS: _both(
            (facts.attributes, "Groups were supplied.", "The client has supplied no groups."),
            (facts.audited, "The last audit is less than 92 days old.", "No audit in the last 92 days."),
        ),
        Subject.VENDORS: _of_vendors(facts),
    }


def _organisation(facts: Facts) -> dict[Subject, Artefact]:
    return {
        Subject.AI_USE: _all_of(
            facts.steps,
            {"Nobody has decided at": facts.undecided},
            "Somebody decided to use AI at every step.",
            "There is no step yet.",
        ),
        Subject.DECISIONS: _lacking(
            "Nobody is named for",
            facts.missing_stakes,
            "Everybody concerned is named, with contact and duty.",
        ),
        Subject.OVERSIGHT: _both(
            (_some(facts, Role.REVIEWER, Role.SENIOR_REVIEWER), "People review.", "Nobody reviews."),
            (_some(facts, Role.TEAM_LEAD), "Somebody leads them.", "Nobody leads them."),
        ),
        Subject.ESCALATION: _drilled(facts),
        Subject.HALT: _both(
            (
                facts.halt_holders > 1,
                f"{facts.halt_holders} people may halt it.",
                "Fewer than two people may halt it.",
            ),
            (facts.halt_covered, "Somebody is there at every hour.", "There are hours nobody covers."),
        ),
        Subject.QUALITY: _auditors(facts.auditors),
        Subject.PERFORMANCE: _sides(facts.signers, "accepts and signs"),
        Subject.CHANGES: _sides(facts.deciders, "has the authority to decide on changes"),
        Subject.DATA: _lacking("No certificate in force of", facts.uncertified, "All hold a certificate."),
        Subject.RECORDS: _there(
            _some(facts, Role.CLIENT_DPO, Role.CLIENT_LEGAL),
            "The client has somebody who keeps the records.",
            "Nobody at the client keeps the records.",
        ),
        Subject.LIABILITY: _there(
            _some(facts, Role.CLIENT_LEGAL),
            "The client’s counsel is there.",
            "The client has no counsel here.",
        ),
        Subject.FAIRNESS: _there(
            _some(facts, Role.GOVERNANCE_LEAD),
            "Somebody at the provider audits.",
            "Nobody at the provider may audit.",
        ),
        Subject.VENDORS: _there(
            _some(facts, Role.INFOSEC, Role.GOVERNANCE_LEAD),
            "Somebody supervises the vendors.",
            "Nobody supervises the vendors.",
        )
        if facts.vendors
        else _NO_VENDOR,
    }


_NO_VENDOR = Artefact(Found.NOT_ASKED, "No AI vendor serves this process.")


def _there(met: bool, there: str, missing: str) -> Artefact:
    return Artefact(Found.PRESENT, there) if met else Artefact(Found.MISSING, missing)


def _version(name: str, version: int | None, missing: str) -> Artefact:
    return _there(version is not None, f"{name} v{version} are in force.", missing)


def _both(*asked: tuple[bool, str, str]) -> Artefact:
    """Present where all are met, in part where some are; only what is missing is said then."""
    lacking = [missing for met, _there, missing in asked if not met]
    if not lacking:
        return Artefact(Found.PRESENT, " ".join(there for _met, there, _missing in asked))
    found = Found.MISSING if len(lacking) == len(asked) else Found.PARTIAL
    return Artefact(found, " ".join(lacking))


def _lacking(words: str, missing: Collection[str], there: str) -> Artefact:
    return Artefact(Found.PARTIAL, f"{words}: {', '.join(missing)}.") if missing else _there(True, there, "")


def _all_of(number: int, lacking: Mapping[str, Collection[str]], there: str, none: str) -> Artefact:
    """Something every step is to have; missing where no step has it."""
    if not number:
        return Artefact(Found.MISSING, none)
    without = {step for steps in lacking.values() for step in steps}
    if not without:
        return Artefact(Found.PRESENT, there)
    said = " ".join(f"{words}: {', '.join(steps)}." for words, steps in lacking.items() if steps)
    return Artefact(Found.MISSING if len(without) == number else Found.PARTIAL, said)


def _some(facts: Facts, *roles: Role) -> bool:
    return any(facts.people.get(role) for role in roles)


def _sides(held: Collection[Party], words: str) -> Artefact:
    return _both(
        *(
            (party in held, f"Somebody at the {name} {words}.", f"Nobody at the {name} {words}.")
            for party, name in ((Party.CLIENT, "client"), (Party.PROVIDER, "provider"))
        )
    )


def _auditors(number: int) -> Artefact:
    if number >= AUDITORS:
        return Artefact(Found.PRESENT, f"{number} people audit and do not review.")
    if number:
        return Artefact(Found.PARTIAL, "One person audits: nothing can be scored twice.")
    return Artefact(Found.MISSING, "Nobody audits who does not review.")


def _drilled(facts: Facts) -> Artefact:
    if not facts.drilled:
        return Artefact(Found.MISSING, "Nobody has ever tried whether the path answers.")
    if facts.drill_overdue:
        return Artefact(Found.PARTIAL, "The next test call is overdue.")
    return Artefact(Found.PRESENT, "The path was tried by a test call.")


def _data_flow(facts: Facts) -> Artefact:
    if facts.data_flow is None:
        return Artefact(Found.MISSING, "No diagram is published.")
    if facts.flow_violations:
        return Artefact(
            Found.PARTIAL, f"Diagram v{facts.data_flow} breaks {facts.flow_violations} of today’s rules."
        )
    return Artefact(Found.PRESENT, f"Diagram v{facts.data_flow} is published.")


def _of_vendors(facts: Facts) -> Artefact:
    if not facts.vendors:
        return _NO_VENDOR
    if not facts.unassessed:
        return Artefact(Found.PRESENT, "Every vendor’s answers are assessed.")
    found = Found.MISSING if len(facts.unassessed) == facts.vendors else Found.PARTIAL
    return Artefact(found, f"Not assessed: {', '.join(facts.unassessed)}.")
