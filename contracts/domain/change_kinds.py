"""The words of model changes: what counts as one, how much notice it needs, how much hangs on it, where it stands (§3.9)."""

from contracts.enums import Labelled


class ChangeKind(Labelled):
    """What counts as a change of a model, whether or not its name changes."""

    BASE_MODEL = "base_model"
    FINE_TUNE = "fine_tune"
    SYSTEM_PROMPT = "system_prompt"
    PARAMETERS = "parameters"
    KNOWLEDGE_BASE = "knowledge_base"
    GUARDRAIL = "guardrail"
    TOOL_ACCESS = "tool_access"
    HOSTING = "hosting"
    DEPRECATION = "deprecation"
    KNOWN_DEFECT = "known_defect"

    @property
    def label(self) -> str:
        return {
            "base_model": "Base model or version",
            "fine_tune": "Fine-tuning",
            "knowledge_base": "Knowledge base or source of retrieval",
            "guardrail": "Guardrail or threshold",
            "hosting": "Hosting region or sub-processor",
            "deprecation": "End of life",
            "known_defect": "Known defect",
        }.get(self.value, super().label)


class ChangeClass(Labelled):
    """How much notice a change needs."""

    MAJOR = "major"
    MINOR = "minor"
    CONFIG = "config"
    EMERGENCY = "emergency"
    RETIREMENT = "retirement"

    @property
    def label(self) -> str:
        return {"config": "Configuration"}.get(self.value, super().label)


class Impact(Labelled):
    """How much hangs on a change: who may approve it, and what has to be shown before (§3.10)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class DataClass(Labelled):
    """What a process handles that makes a change of its model weigh more."""

    PERSONAL = "personal"
    CREDIT = "credit"
    CLAIMS = "claims"
    PAYMENT = "payment"

    @property
    def label(self) -> str:
        return {
            "personal": "Personal data",
            "credit": "Credit decisions",
            "claims": "Insurance claims",
            "payment": "Payments",
        }[self.value]


class ChangeState(Labelled):
    DRAFT = "draft"
    NOTIFIED = "notified"
    CLASSIFIED = "classified"
    IN_TEST = "in_test"
    CLIENT_REVIEW = "client_review"
    APPROVED = "approved"
    OBJECTION = "objection"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    DEPLOYED = "deployed"
    WATCH = "watch"
    CLOSED = "closed"
    ROLLED_BACK = "rolled_back"
    EMERGENCY_DEPLOYED = "emergency_deployed"
    RATIFIED = "ratified"

    @property
    def label(self) -> str:
        return {
            "in_test": "In test",
            "client_review": "Waits for approval",
            "objection": "Objected to",
            "emergency_deployed": "Deployed in an emergency, not ratified",
            "watch": "Under watch",
        }.get(self.value, super().label)


class Proof(Labelled):
    """What has to be shown before a change is approved."""

    REGRESSION = "regression"
    SHADOW = "shadow"
    CANARY = "canary"
    ROLLBACK = "rollback"

    @property
    def label(self) -> str:
        return {
            "regression": "Regression on the golden set",
            "shadow": "Shadow run",
            "canary": "Canary",
            "rollback": "Tested rollback",
        }[self.value]


# A version is answering by notice: what comes in of it goes to people, and nobody is surprised by it.
ANNOUNCED = frozenset(
    {
        ChangeState.IN_TEST,
        ChangeState.CLIENT_REVIEW,
        ChangeState.APPROVED,
        ChangeState.SCHEDULED,
        ChangeState.EMERGENCY_DEPLOYED,
    }
)
# Intake takes what the new version puts out as it took what the old one did.
IN_FORCE = frozenset({ChangeState.DEPLOYED, ChangeState.WATCH, ChangeState.CLOSED, ChangeState.RATIFIED})
# Before it is deployed a change can still be stopped by a word.
STOPPABLE = frozenset(
    {
        ChangeState.NOTIFIED,
        ChangeState.CLASSIFIED,
        ChangeState.IN_TEST,
        ChangeState.CLIENT_REVIEW,
        ChangeState.OBJECTION,
        ChangeState.APPROVED,
        ChangeState.SCHEDULED,
    }
)
