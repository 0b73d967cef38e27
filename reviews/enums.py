"""The vocabularies of the work: states, verdicts, reasons, effects."""

from contracts.enums import Labelled


class InteractionState(Labelled):
    RECEIVED = "received"
    QUARANTINED = "quarantined"
    SUSPENDED = "suspended"
    AUTO_RELEASED = "auto_released"
    AWAITING = "awaiting"
    IN_REVIEW = "in_review"
    AWAITING_SECOND = "awaiting_second"
    AWAITING_INFORMATION = "awaiting_information"
    ESCALATED = "escalated"
    DECIDED = "decided"
    RELEASED = "released"
    RECALLED = "recalled"


class Disposition(Labelled):
    """What intake answers the agent: released at once, waiting for a person, kept apart, or suspended by a halt."""

    AUTO_RELEASED = "auto_released"
    REVIEW = "review"
    QUARANTINED = "quarantined"
    SUSPENDED = "suspended"


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


class RecallState(Labelled):
    """D4: how far the recall of an output that went out is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        return {
            "open": "Waits for the client’s system",
            "acknowledged": "The client’s system knows",
            "confirmed": "Fix confirmed",
        }[self.value]


class RecallCause(Labelled):
    """What a recall came from: a person’s judgement, or a critical fail that an auditor found."""

    PERSON = "person"
    CRITICAL_FAIL = "critical_fail"

    @property
    def label(self) -> str:
        return {"person": "Somebody found it wrong", "critical_fail": "A critical fail in QA"}[self.value]


class Remedy(Labelled):
    """What stands in place of an output that was recalled."""

    REPLACE = "replace"
    REVOKE = "revoke"

    @property
    def label(self) -> str:
        return {"replace": "Another output takes its place", "revoke": "Nothing takes its place"}[self.value]


class ActionState(Labelled):
    """F11: how far a corrective action is."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        return {"done": "Done, to be verified"}.get(self.value, super().label)


class RuleSetState(Labelled):
    DRAFT = "draft"
    PROPOSED = "proposed"
    SIMULATED = "simulated"
    APPROVED = "approved"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DISCARDED = "discarded"


class SimulationKind(Labelled):
    PERIOD = "period"
    FILE = "file"


class SimulationState(Labelled):
    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN_SIMULATIONS = [SimulationState.REQUESTED, SimulationState.RUNNING]


class ChangeKind(Labelled):
    """How the way of an interaction differs under other rules; the first that holds counts."""

    NEWLY_STRAIGHT = "newly_straight"
    NEWLY_REVIEWED = "newly_reviewed"
    QUARANTINED = "quarantined"
    UNQUARANTINED = "unquarantined"
    OTHER_QUEUE = "other_queue"
    SECOND_ADDED = "second_added"
    SECOND_DROPPED = "second_dropped"

    @property
    def label(self) -> str:
        return {
            "newly_straight": "To a person → straight through",
            "newly_reviewed": "Straight through → to a person",
            "quarantined": "Newly quarantined",
            "unquarantined": "No longer quarantined",
            "other_queue": "Another queue",
            "second_added": "Second review added",
            "second_dropped": "Second review dropped",
        }[self.value]


class EscalationState(Labelled):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Learning(Labelled):
    """C6: what an escalation taught; whoever closes it says so, also that it was nothing."""

    RULE_CHANGE = "rule_change"
    SOP = "sop"
    TRAINING = "training"
    NONE = "none"

    @property
    def label(self) -> str:
        return {
            "rule_change": "Change a rule",
            "sop": "Change the procedure",
            "training": "Train somebody",
            "none": "Nothing to learn",
        }[self.value]


class DrillState(Labelled):
    """How a test call up an escalation path stands (C7)."""

    RUNNING = "running"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"unanswered": "Nobody answered", "cancelled": "Called off"}.get(self.value, super().label)


class CallEnd(Labelled):
    """What became of a test call at one level."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    NOBODY = "nobody"
    CANCELLED = "cancelled"


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
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    CLOSED = "closed"
    VOID = "void"


# Whoever asks for scores asks for these: a dispute does not take a score away.
SCORED = [EvaluationState(state) for state in ("submitted", "disputed", "adjudicated", "closed")]


class DisputeOutcome(Labelled):
    """F7: what a third person made of a disputed score."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class Mark(Labelled):
    """What an auditor answers to one line of a scorecard."""

    PASS = "pass"  # noqa: S105 — a mark, no password
    FAIL = "fail"
    NA = "na"
    NONE = "0"
    QUARTER = "1"
    HALF = "2"
    MOST = "3"
    FULL = "4"

    @property
    def label(self) -> str:
        return {"na": "N/A"}.get(self.value, super().label)


class DrawKind(Labelled):
    """Whether chance chose what an auditor looks at, or something that was found in it. Only chance gives estimates."""

    RANDOM = "random"
    TARGETED = "targeted"


class DrawState(Labelled):
    """A draw waits with a fixed frame until a checkpoint gives it its seed."""

    FIXED = "fixed"
    DRAWN = "drawn"


class SeedKind(Labelled):
    """Where the seed of a draw comes from, and so who could have foreseen it."""

    HMAC = "hmac"
    CHECKPOINT = "checkpoint"
    WITNESSED = "witnessed"

    @property
    def label(self) -> str:
        return {"hmac": "Repeatable", "checkpoint": "Re-drawable", "witnessed": "Unpredictable"}[self.value]


class SeedReason(Labelled):
    """Why a checkpoint gave the seed with a witness's line, or without one."""

    CONFIRMED = "confirmed"
    NO_WITNESS = "no_witness"
    SILENT = "silent"


class Route(Labelled):
    """How an interaction came to its end: straight through, or by a person. The two are separate QA strata."""

    STRAIGHT_THROUGH = "straight_through"
    REVIEWED = "reviewed"


class AutoFlag(Labelled):
    """F4: what automatic QA may find in an interaction."""

    INJECTION = "injection"
    PERSONAL = "personal_data"
    FOREIGN = "foreign_data"
    FORBIDDEN = "forbidden"
    REQUIRED = "required"
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    CITATION = "citation"
    TONE = "tone"
    SENTIMENT = "sentiment"
    UNREAD = "unread"
    ENGINE_FAILED = "engine_failed"

    @property
    def label(self) -> str:
        return {
            "injection": "Prompt injection",
            "personal_data": "Personal data in the output",
            "foreign_data": "Personal data from elsewhere",
            "forbidden": "Forbidden wording",
            "required": "Required wording missing",
            "figure": "Ungrounded figure",
            "date": "Ungrounded date",
            "name": "Ungrounded name",
            "citation": "Nothing cited",
            "tone": "Tone",
            "sentiment": "Very negative sentiment",
            "unread": "Not read to the end",
            "engine_failed": "Could not be scored",
        }[self.value]


class VigilanceBand(Labelled):
    """How attentive somebody's reviews look by their figures (E6)."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    INSUFFICIENT = "insufficient"

    @property
    def label(self) -> str:
        return {"insufficient": "Too few decisions"}.get(self.value, super().label)


class ControlKind(Labelled):
    """Whether a control item should be stopped, or let through (E4)."""

    KNOWN_BAD = "known_bad"
    KNOWN_GOOD = "known_good"

    @property
    def label(self) -> str:
        return {"known_bad": "Known bad", "known_good": "Known good"}[self.value]


class HoneypotState(Labelled):
    """How a control item stands with the reviewer it is meant for. Caught is decided as expected, missed is not."""

    PLANNED = "planned"
    SERVED = "served"
    CAUGHT = "caught"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
