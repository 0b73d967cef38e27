"""What an AI vendor is asked once a year (Y2), how its answers are scored, and what is a red flag: pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from audit.errors import Invalid
from contracts.enums import Labelled

MOST_POINTS = 4
# Of a critical question: so few points are a red flag.
FLAGGED = 1
YEAR = timedelta(days=365)
LONGEST = 2_000


class Section(Labelled):
    PRIVACY = "privacy"
    EXPLAINABILITY = "explainability"
    BIAS = "bias"
    TRAINING = "training"
    CHANGE = "change"
    CERTIFICATES = "certificates"
    INCIDENTS = "incidents"

    @property
    def label(self) -> str:
        return {
            "training": "Use for training",
            "change": "Notice of changes",
            "incidents": "History of incidents",
        }.get(self.value, super().label)


class Reply(Labelled):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class QuestionnaireState(Labelled):
    ASKED = "asked"
    ANSWERED = "answered"
    ASSESSED = "assessed"

    @property
    def label(self) -> str:
        return {"asked": "Waits for the vendor", "answered": "Waits for the assessment"}.get(
            self.value, super().label
        )


@dataclass(frozen=True)
class Question:
    key: str
    section: Section
    text: str
    weight: int = 1
    critical: bool = False


@dataclass(frozen=True)
class Answer:
    """What the vendor says; evidence is a text, a link or one of its certificates."""

    reply: str = ""
    text: str = ""
    link: str = ""
    certificate: str = ""

    @property
    def evidenced(self) -> bool:
        return bool(self.text or self.link or self.certificate)


@dataclass(frozen=True)
class Assessment:
    score: int
    flags: list[str] = field(default_factory=list)


QUESTIONS = (
    Question("p1", Section.PRIVACY, "Is personal data encrypted on the way and where it is kept?", 2, True),
    Question("p2", Section.PRIVACY, "Is what you are sent deleted within the days you agreed to?", 2),
    Question("p3", Section.PRIVACY, "Is the list of your sub-processors complete and current?"),
    Question(
        "x1", Section.EXPLAINABILITY, "Can your AI say for each output which factors it rests on?", 2, True
    ),
    Question("x2", Section.EXPLAINABILITY, "Is the confidence it states tested against what came true?"),
    Question(
        "b1", Section.BIAS, "Do you test for bias against protected groups before each release?", 2, True
    ),
    Question(
        "b2",
        Section.BIAS,
        "Can you show that the training data is diverse and represents those concerned?",
        2,
    ),
    Question("t1", Section.TRAINING, "Is it ruled out that our data trains your models?", 3, True),
    Question("t2", Section.TRAINING, "Do your sub-processors follow the same rule?"),
    Question(
        "c1", Section.CHANGE, "Do you give notice of every change of a model before it takes effect?", 3, True
    ),
    Question("c2", Section.CHANGE, "Does the former version stay available long enough to go back?"),
    Question(
        "s1",
        Section.CERTIFICATES,
        "Do you hold a current SOC 2 Type II report or ISO 27001 certificate?",
        2,
        True,
    ),
    Question(
        "i1", Section.INCIDENTS, "Did you tell us every incident of the last 24 months, with its cause?", 2
    ),
    Question("i2", Section.INCIDENTS, "Do you tell of an incident within 24 hours?", 2, True),
)
KEYS = {question.key: question for question in QUESTIONS}


def checked(answers: Mapping[str, Answer], certificates: Collection[str]) -> dict[str, dict[str, str]]:
    """The answers as they are kept. Raises Invalid, with the field, for what cannot be one."""
    found: dict[str, dict[str, str]] = {}
    for key, answer in answers.items():
        if key not in KEYS:
            raise Invalid("question", "There is no such question.", key)
        if answer.reply not in {"", *Reply}:
            raise Invalid("reply", "Answer yes, partly or no.", f"reply_{key}")
        if len(answer.text) > LONGEST or "\x00" in answer.text:
            raise Invalid("text", f"At most {LONGEST:,} characters.", f"text_{key}")
        if answer.link and not (answer.link.startswith("https://") and len(answer.link) <= 300):
            raise Invalid("link", "A link that begins with https://.", f"link_{key}")
        if answer.certificate and answer.certificate not in certificates:
            raise Invalid("certificate", "There is no such certificate of yours.", f"certificate_{key}")
        if answer.evidenced and not answer.reply:
            raise Invalid("reply", "Answer yes, partly or no.", f"reply_{key}")
        if answer.reply:
            found[key] = {
                "reply": answer.reply,
                "text": answer.text.strip(),
                "link": answer.link,
                "certificate": answer.certificate,
            }
    return found


def assess(
    answers: Mapping[str, Answer], points: Mapping[str, int], expired: Collection[str] = ()
) -> Assessment:
    """The score of 0 to 100 and the red flags. What was not answered counts 0, whatever points it was given.

    Raises Invalid, with the field, where an answer has no points, or others than 0 to 4.
    """
    reached = 0
    flags = []
    for question in QUESTIONS:
        answer = answers.get(question.key, Answer())
        if not answer.reply:
            if question.critical:
                flags.append(f"{question.section.label}: not answered: {question.text}")
            continue
        given = points.get(question.key)
        if given is None or given not in range(MOST_POINTS + 1):
            raise Invalid("points", f"Give 0 to {MOST_POINTS} points.", f"points_{question.key}")
        reached += question.weight * given
        if question.critical and answer.reply == Reply.NO:
            flags.append(f"{question.section.label}: answered no: {question.text}")
        elif question.critical and given <= FLAGGED:
            flags.append(f"{question.section.label}: {given} of {MOST_POINTS} points: {question.text}")
        elif question.critical and answer.reply == Reply.YES and not answer.evidenced:
            flags.append(f"{question.section.label}: no evidence: {question.text}")
        if answer.certificate and answer.certificate in expired:
            flags.append(f"{question.section.label}: the certificate named as evidence has expired")
    most = sum(question.weight for question in QUESTIONS) * MOST_POINTS
    return Assessment(round(100 * reached / most), flags)


def check_due(due: date, today: date) -> None:
    if not today <= due <= today + YEAR:
        raise Invalid("due_on", "A day from today, within a year.", "due_on")
