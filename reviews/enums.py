"""The vocabularies of the work: states, verdicts, reasons, effects."""

from enum import StrEnum


class Labelled(StrEnum):
    """A vocabulary whose words people read."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class InteractionState(Labelled):
    RECEIVED = "received"
    QUARANTINED = "quarantined"
    AUTO_RELEASED = "auto_released"
    AWAITING = "awaiting"
    IN_REVIEW = "in_review"
    AWAITING_SECOND = "awaiting_second"
    AWAITING_INFORMATION = "awaiting_information"
    ESCALATED = "escalated"
    DECIDED = "decided"
    RELEASED = "released"


class Disposition(Labelled):
    """What intake answers the agent: released at once, waiting for a person, or kept apart."""

    AUTO_RELEASED = "auto_released"
    REVIEW = "review"
    QUARANTINED = "quarantined"


class CaseState(Labelled):
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    AWAITING_SECOND = "awaiting_second"
    AWAITING_INFORMATION = "awaiting_information"
    ESCALATED = "escalated"
    DECIDED = "decided"
    CLOSED = "closed"


class QueueKind(Labelled):
    REVIEW = "review"
    SENIOR = "senior"
    CLIENT = "client"


class ClaimEnd(Labelled):
    DECIDED = "decided"
    LAPSED = "lapsed"
    HANDED_BACK = "handed_back"
    ESCALATED = "escalated"
    INFORMATION = "information"


class Verdict(Labelled):
    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    OVERRIDE = "override"


class ReasonCode(Labelled):
    """Why a person departed from the AI's output (requirements §3.17)."""

    WRONG_FACT = "WRONG_FACT"
    WRONG_POLICY = "WRONG_POLICY"
    MISSING_EVIDENCE = "MISSING_EVIDENCE"
    UNGROUNDED = "UNGROUNDED"
    CALC_ERROR = "CALC_ERROR"
    TONE = "TONE"
    PRIVACY = "PRIVACY"
    FAIRNESS = "FAIRNESS"
    STALE_DATA = "STALE_DATA"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    CUSTOMER_CONTEXT = "CUSTOMER_CONTEXT"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"

    @property
    def label(self) -> str:
        return {
            "CALC_ERROR": "Calculation error",
            "UNGROUNDED": "Not grounded in a source",
            "OTHER": "Other (say what)",
        }.get(self.value, self.value.replace("_", " ").capitalize())


class RuleSetState(Labelled):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class EscalationState(Labelled):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class EscalationReason(Labelled):
    REVIEWER = "reviewer"
    UNSURE = "unsure"
    DISAGREEMENT = "disagreement"
    FINAL_DECISION = "final_decision"
    AGENT = "agent"
    TIMEOUT = "timeout"

    @property
    def label(self) -> str:
        return {
            "reviewer": "The reviewer escalated it",
            "unsure": "The reviewer is unsure",
            "disagreement": "The two reviewers disagree",
            "final_decision": "The final decision belongs to somebody else",
            "agent": "The AI agent asked for a person",
            "timeout": "Nobody took it in time",
        }[self.value]


class EvaluationState(Labelled):
    DRAWN = "drawn"
    SUBMITTED = "submitted"
    VOID = "void"


class Mark(Labelled):
    """What an auditor answers to one line of a scorecard."""

    PASS = "pass"  # noqa: S105 — a mark, no password
    FAIL = "fail"
    NA = "na"

    @property
    def label(self) -> str:
        return {"na": "N/A"}.get(self.value, super().label)


class SeedKind(Labelled):
    """Where the seed of a draw comes from, and so who could have foreseen it."""

    HMAC = "hmac"

    @property
    def label(self) -> str:
        return {"hmac": "Repeatable"}[self.value]


class Route(Labelled):
    """How an interaction came to its end: straight through, or by a person. The two are separate QA strata."""

    STRAIGHT_THROUGH = "straight_through"
    REVIEWED = "reviewed"
