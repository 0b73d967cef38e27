"""What is asked about each subject of governance in each layer (L9), told from plain facts about a process."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contracts.domain.clause_gaps import Finding, Standing
from contracts.domain.halting import HOLDERS
from contracts.enums import Party, Role
from governance.domain.layers import CLAUSES, Artefact, Found, Row, Subject

# People who audit and do not review: with fewer nothing can be scored twice.
AUDITORS = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What one contract says of a clause template."""

    contract: str
    finding: Finding

    @property
    def words(self) -> str:
        where = f" ({self.contract})" if self.finding.clauses else ""
        return f"{self.finding.template.title}{where}: {self.finding.reason}"


@dataclass(frozen=True, slots=True)
class Lacking:
    """The names of what is missing, of so many that are asked for."""

    missing: Collection[str] = ()
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is on a process now. Versions are numbers, None where nothing is in force.

    `clauses` is the best that a contract in force says of each template; `people` counts who holds each role; `deciders` are the
    parties for which somebody signs and decides; `halt_covered`: somebody who may halt is on call at every hour; `unmapped`,
    `unsigned` and `undecided` name steps.
    """

    clauses: Mapping[str, Said] = field(default_factory=dict)
    people: Mapping[Role, int] = field(default_factory=dict)
    auditors: int = 0
    deciders: Collection[Party] = ()
    steps: int = 0
    unmapped: Collection[str] = ()
    unsigned: Collection[str] = ()
    undecided: Collection[str] = ()
    raci: int | None = None
    finals: int = 0
    unnamed: Lacking = Lacking()
    rules: int | None = None
    paths: int = 0
    drilled: bool = False
    drill_answered: bool = False
    drill_overdue: bool = False
    safe_state: str = ""
    halt_holders: int = 0
    halt_covered: bool = False
    sampled: bool = False
    service_levels: int | None = None
    notice_terms: bool = False
    data_flow: int | None = None
    flow_violations: int = 0
    uncertified: Lacking = Lacking()
    unset_periods: Lacking = Lacking()
    unpaid: Lacking = Lacking()
    unaudited: Lacking = Lacking()
    unassessed: Lacking = Lacking()
    vendors: int = 0


def rows(facts: Facts) -> list[Row]:
    """The checklist: every subject, with what there is of it in each layer."""
    lived, borne = _process(facts), _organisation(facts)
    return [
        Row(subject, contractual(subject, facts.clauses), lived[subject], borne[subject])
        for subject in Subject
    ]


def contractual(subject: Subject, clauses: Mapping[str, Said]) -> Artefact:
    """What the contracts in force say of a subject: present where every clause asked for is a strong one."""
    said = [clauses[template] for template in CLAUSES[subject] if template in clauses]
    if not said:
        return Artefact(Found.MISSING, "No contract is in force.")
    sentences = " ".join(one.words for one in said)
    standings = {one.finding.standing for one in said}
    if standings == {Standing.PRESENT}:
        return Artefact(Found.PRESENT, sentences)
    return Artefact(Found.MISSING if standings == {Standing.MISSING} else Found.PARTIAL, sentences)


_NO_VENDOR = Artefact(Found.NOT_ASKED, "No AI vendor serves this process.")


def _process(facts: Facts) -> dict[Subject, Artefact]:
    return {
        Subject.AI_USE: _all_steps(
            facts,
            {"Not mapped": facts.unmapped, "Not signed by the client": facts.unsigned},
            "The function map of every step is signed.",
        ),
        Subject.DECISIONS: _each(
            (facts.raci is not None, f"RACI v{facts.raci} is in force.", "No RACI is signed by both."),
            (bool(facts.finals), "Final decision-makers are named.", "No final decision-maker is named."),
        ),
        Subject.OVERSIGHT: _version("Rules", facts.rules, "No rule set is active."),
        Subject.ESCALATION: _there(
            bool(facts.paths), "An escalation path is in force.", "There is no escalation path."
        ),
        Subject.HALT: _there(bool(facts.safe_state), facts.safe_state, "Nobody has said what happens then."),
        Subject.QUALITY: _there(facts.sampled, "A sampling plan is set.", "There is no sampling plan."),
        Subject.PERFORMANCE: _version("Service levels", facts.service_levels, "None are in force."),
        Subject.CHANGES: _there(
            facts.notice_terms, "Notice terms are agreed.", "No notice terms are agreed."
        ),
        Subject.DATA: _data_flow(facts),
        Subject.RECORDS: _lacking("No period is set for", facts.unset_periods, "Every class has its period."),
        Subject.LIABILITY: _lacking(
            "Nobody bears", facts.unpaid, "Every layer an error comes from has somebody who pays."
        ),
        Subject.FAIRNESS: _lacking(
            "Not audited in the last 92 days", facts.unaudited, "Every group that was supplied is audited."
        )
        if facts.unaudited.asked
        else Artefact(Found.MISSING, "The client has supplied no groups."),
        Subject.VENDORS: _lacking("Not assessed", facts.unassessed, "Every vendor’s answers are assessed.")
        if facts.vendors
        else _NO_VENDOR,
    }


def _organisation(facts: Facts) -> dict[Subject, Artefact]:
    return {
        Subject.AI_USE: _all_steps(
            facts, {"Nobody has decided at": facts.undecided}, "Somebody decided to use AI at every step."
        ),
        Subject.DECISIONS: _lacking(
            "Nobody is named for", facts.unnamed, "Everybody concerned is named, with contact and duty."
        ),
        Subject.OVERSIGHT: _each(
            (_some(facts, Role.REVIEWER, Role.SENIOR_REVIEWER), "People review.", "Nobody reviews."),
            (_some(facts, Role.TEAM_LEAD), "Somebody leads them.", "Nobody leads them."),
        ),
        Subject.ESCALATION: _drilled(facts),
        Subject.HALT: _each(
            (
                facts.halt_holders >= HOLDERS,
                f"{facts.halt_holders} people may halt it.",
                f"Fewer than {HOLDERS} people may halt it.",
            ),
            (facts.halt_covered, "Somebody is there at every hour.", "There are hours nobody covers."),
        ),
        Subject.QUALITY: _auditors(facts.auditors),
        Subject.PERFORMANCE: _sides(facts, "may accept them"),
        Subject.CHANGES: _sides(facts, "decides on changes"),
        Subject.DATA: _lacking(
            "No SOC 2 Type II or ISO 27001 in force of",
            facts.uncertified,
            "The provider and its vendors are certified.",
        ),
        Subject.RECORDS: _there(
            _some(facts, Role.CLIENT_DPO, Role.CLIENT_LEGAL),
            "Somebody at the client keeps the records.",
            "Nobody at the client keeps the records.",
        ),
        Subject.LIABILITY: _there(
            _some(facts, Role.CLIENT_LEGAL),
            "The client’s counsel is there.",
            "The client has no counsel here.",
        ),
        Subject.FAIRNESS: _there(
            _some(facts, Role.GOVERNANCE_LEAD),
            "Somebody at the provider may audit.",
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


def _there(met: bool, there: str, missing: str) -> Artefact:
    return Artefact(Found.PRESENT, there) if met else Artefact(Found.MISSING, missing)


def _version(name: str, version: int | None, missing: str) -> Artefact:
    return _there(version is not None, f"{name} v{version} are in force.", missing)


def _each(*asked: tuple[bool, str, str]) -> Artefact:
    """Present where all are met, in part where some are; only what is missing is said then."""
    lacking = [missing for met, _there, missing in asked if not met]
    if not lacking:
        return Artefact(Found.PRESENT, " ".join(there for _met, there, _missing in asked))
    found = Found.MISSING if len(lacking) == len(asked) else Found.PARTIAL
    return Artefact(found, " ".join(lacking))


def _lacking(words: str, lacking: Lacking, there: str) -> Artefact:
    """Missing where all that is asked for is."""
    if not lacking.missing:
        return Artefact(Found.PRESENT, there)
    found = Found.MISSING if len(lacking.missing) == lacking.asked else Found.PARTIAL
    return Artefact(found, f"{words}: {', '.join(lacking.missing)}.")


def _all_steps(facts: Facts, lacking: Mapping[str, Collection[str]], there: str) -> Artefact:
    """Something every step is to have; missing where no step has it."""
    if not facts.steps:
        return Artefact(Found.MISSING, "There is no step yet.")
    without = {step for steps in lacking.values() for step in steps}
    if not without:
        return Artefact(Found.PRESENT, there)
    said = " ".join(f"{words}: {', '.join(steps)}." for words, steps in lacking.items() if steps)
    return Artefact(Found.MISSING if len(without) == facts.steps else Found.PARTIAL, said)


def _some(facts: Facts, *roles: Role) -> bool:
    return any(facts.people.get(role) for role in roles)


def _sides(facts: Facts, words: str) -> Artefact:
    return _each(
        *(
            (party in facts.deciders, f"Somebody at the {name} {words}.", f"Nobody at the {name} {words}.")
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
    return _each(
        (facts.drill_answered, "The last test call was answered.", "Nobody answered the last test call."),
        (not facts.drill_overdue, "The next one is not due yet.", "The next test call is overdue."),
    )


def _data_flow(facts: Facts) -> Artefact:
    if facts.data_flow is None:
        return Artefact(Found.MISSING, "No diagram is published.")
    if facts.flow_violations:
        said = f"Diagram v{facts.data_flow} departs from today’s rules: {facts.flow_violations} ×."
        return Artefact(Found.PARTIAL, said)
    return Artefact(Found.PRESENT, f"Diagram v{facts.data_flow} is published.")
