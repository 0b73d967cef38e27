"""The three layers of governance (L9): what the contract says, what the process does, and who in the organisations stands for it.

A duty that stands in the contract alone is not lived, one that is lived alone is not owed, and either without a name is
nobody's. So every subject is asked about in all three layers. What there is comes in as facts, and goes out as a checklist.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.enums import Labelled


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
