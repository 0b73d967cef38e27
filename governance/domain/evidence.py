"""Evidence to take away, made in the background: of what, in which state, how long it is kept, and the words for what can
be shown."""

from collections.abc import Collection
from datetime import timedelta

from contracts.enums import Labelled

# So long a file may be fetched.
KEPT = timedelta(days=7)
# A worker that says nothing for so long is taken for dead, and another one begins anew.
LEASE = timedelta(seconds=60)
# How often a writing that broke off is begun anew, and how long evidence may wait for a signature.
ATTEMPTS = 5
PATIENCE = timedelta(hours=24)
RETRY = timedelta(seconds=10)
# How many exports one person may have under way, and how many personal values one may show: each is named in its event.
UNDER_WAY = 5
MOST_DISCLOSED = 1_000
PURPOSE_SHORTEST, PURPOSE_LONGEST = 10, 300


class ExportKind(Labelled):
    INTERACTION = "interaction"
    PERIOD = "period"
    QA_DRAW = "qa_draw"

    @property
    def label(self) -> str:
        return {"qa_draw": "QA draw"}.get(self.value, super().label)


class ExportState(Labelled):
    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN = (ExportState.WAITING, ExportState.WRITING)

# What events seal and evidence may show, by action and field.
_FIELDS = {
    "intake.received original": "What came in, before personal data was taken out",
    "pii.revealed why": "Why somebody looked at personal data",
    "review.decided note": "Notes of decisions",
    "review.handed_back why": "Why a case was handed back",
    "review.unsure question": "What a reviewer was unsure about",
    "review.information_requested question": "Questions to the AI agent",
    "review.information_given answer": "Answers of the AI agent",
    "escalation.opened question": "Questions of escalations",
    "ownership.reassigned why": "Why an escalation was handed over",
    "release.recalled explanation": "What was wrong with an output that was recalled",
    "release.recall_corrected explanation": "What was wrong with an output, where its recall was corrected",
    "release.recall_notice why": "Why a customer was or was not told of a recall",
    "release.recall_confirmed fix": "What was mended after a recall",
    "release.recall_proposal_dismissed why": "Why what automatic QA proposed to recall may stand",
    "action.done done": "What was done as a corrective action",
    "action.returned why": "Why a corrective action was given back",
    "qa.recalibration_closed changed": "What was changed after a recalibration finding",
    "rules.called_off why": "Why an activation of rules was called off",
    "rules.emergency_activated why": "Why rules were put in force in an emergency",
    "rules.rejected why": "Why rules were sent back",
    "sample.enhanced reason": "Why more was drawn for QA for a time",
    "qa.submitted notes": "Notes of QA auditors",
    "qa.disputed reason": "Why a reviewer disputed a score",
    "qa.adjudicated why": "Why a disputed score was upheld or overturned",
    "qa.adjudicated notes": "Notes of adjudicators",
    "qa.second_submitted notes": "Notes of second QA auditors",
    "calibration.held decision": "What auditors decided in a calibration",
    "honeypots.planned basis": "On what ground control items are allowed",
    "certificate.withdrawn why": "Why a certificate was withdrawn",
    "vigilance.cleared why": "Why what vigilance had led to was cleared",
    "modelchange.notified reason": "Why a model changes",
    "modelchange.emergency_deployed reason": "Why a model was changed in an emergency",
    "modelchange.evidenced summary": "What was found in the test of a model change",
    "modelchange.objected why": "What the client objected to in a model change",
    "modelchange.vetoed why": "Why a model change was vetoed",
    "modelchange.rejected why": "Why a model change was rejected",
    "modelchange.withdrawn why": "Why a model change was withdrawn",
    "modelchange.rolled_back why": "Why a model change was rolled back",
    "modelchange.undeclared_settled why": "How it is known that an undeclared version was settled",
    "vigilance.commented comment": "Comments of reviewers on their own figures",
}


def fields(sealed: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """What can be shown of these actions and fields: each as it is asked for, and in words, in one order."""
    names = {f"{action} {field}" for action, field in sealed}
    known = [(name, words) for name, words in _FIELDS.items() if name in names]
    return [*known, *((name, name_in_words(name)) for name in sorted(names - _FIELDS.keys()))]


def name_in_words(name: str) -> str:
    """A field that can be shown, in words."""
    action, _, field = name.partition(" ")
    plain = f"{action.replace('.', ' ').replace('_', ' ')}: {field.replace('_', ' ')}"
    return _FIELDS.get(name, plain[:1].upper() + plain[1:])
