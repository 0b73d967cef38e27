"""The vocabularies of agreement: who the parties are, what a person may be, what state a document is in."""

from enum import StrEnum


class Labelled(StrEnum):
    """A vocabulary whose words people read: `label` is the value in plain English, `choices` feeds a field."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class Party(Labelled):
    """The three kinds of organisation that share the portal, and the operator who runs it."""

    CLIENT = "client"
    PROVIDER = "provider"
    AI_VENDOR = "ai_vendor"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        return {"ai_vendor": "AI vendor"}.get(self.value, super().label)


class UserKind(Labelled):
    PERSON = "person"
    AGENT = "agent"


class Role(Labelled):
    """Named bundles of codenames (requirements §1.1); the bundles are in `contracts.domain.roles`."""

    REVIEWER = "reviewer"
    SENIOR_REVIEWER = "senior_reviewer"
    TEAM_LEAD = "team_lead"
    OPS_MANAGER = "ops_manager"
    QA_AUDITOR = "qa_auditor"
    GOVERNANCE_LEAD = "governance_lead"
    INFOSEC = "infosec"
    CLIENT_ADMIN = "client_admin"
    CLIENT_OWNER = "client_owner"
    CLIENT_LEGAL = "client_legal"
    CLIENT_DPO = "client_dpo"
    CLIENT_VIEWER = "client_viewer"
    AI_VENDOR_REP = "ai_vendor_rep"
    EXTERNAL_AUDITOR = "external_auditor"
    CONCERN_OFFICER = "concern_officer"
    PLATFORM_ADMIN = "platform_admin"
    AI_AGENT = "ai_agent"

    @property
    def label(self) -> str:
        special = {
            "qa_auditor": "QA auditor",
            "client_dpo": "Client DPO",
            "ai_vendor_rep": "AI vendor representative",
            "ai_agent": "AI agent",
            "ops_manager": "Operations manager",
            "infosec": "Information security",
        }
        return special.get(self.value, super().label)


class Category(Labelled):
    """B5: who decides at a step. A category is a floor: rules may raise it, never lower it."""

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"

    @property
    def label(self) -> str:
        return {
            "D1": "D1 · AI decides, people monitor",
            "D2": "D2 · AI proposes, a person decides",
            "D3": "D3 · people only",
        }[self.value]


class ModelStatus(Labelled):
    REGISTERED = "registered"
    APPROVED = "approved"
    RETIRED = "retired"


class Tenancy(Labelled):
    PRIVATE = "private"
    SHARED = "shared"
    PUBLIC = "public"


class Authority(Labelled):
    """K4: the three kinds of authority a person may be granted."""

    DECISION = "decision"
    MONITORING = "monitoring"
    REPORTING = "reporting"


class DocumentState(Labelled):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Tier(Labelled):
    """How much an error at a step costs; the weight of its stratum in the QA draw (§5.3)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TargetKind(Labelled):
    OUTCOME = "outcome"
    QUALITY = "quality"
    RISK = "risk"
    TIME = "time"
    ACTIVITY = "activity"


class HaltScope(Labelled):
    """W1: how far a halt reaches; a halted model may be narrowed to one client."""

    ALL = "all"
    CLIENT = "client"
    PROCESS = "process"
    STEP = "step"
    MODEL = "model"

    @property
    def label(self) -> str:
        return {"all": "Everything", "model": "Model version"}.get(self.value, super().label)


class Degree(Labelled):
    """What a halt does to what comes in; the strictest one in force wins."""

    STOP = "stop"
    HOLD = "hold"
    SHADOW = "shadow"

    @property
    def label(self) -> str:
        return {
            "stop": "Stop: nothing is taken in and nothing goes out",
            "hold": "Hold: everything goes to a person first",
            "shadow": "Shadow: taken in for the record, nothing goes out",
        }[self.value]


class HaltCause(Labelled):
    """The class of the reason for a halt, which agents may read."""

    MODEL = "model"
    DATA = "data"
    SECURITY = "security"
    PROCESS = "process"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "model": "The model answers wrongly",
            "data": "Wrong or personal data",
            "security": "Security",
            "process": "The process itself",
            "other": "Something else",
        }[self.value]


class HaltState(Labelled):
    REQUESTED = "requested"
    ENGAGED = "engaged"
    RELEASE_REQUESTED = "release_requested"
    RELEASED = "released"
    DECLINED = "declined"


class SafeState(Labelled):
    """W2: where a process goes when its AI is halted."""

    HOLD = "hold"
    STOP = "stop"
    LAST_APPROVED = "last_approved"

    @property
    def label(self) -> str:
        return {
            "hold": "People decide everything",
            "stop": "Everything stops",
            "last_approved": "Other approved model versions go on, the halted one goes to people",
        }[self.value]


class MatrixState(Labelled):
    """The life of a version of the escalation matrix."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class Channel(Labelled):
    """How a level is told of a case; the inbox is always told."""

    INBOX = "inbox"
    PHONE = "phone"

    @property
    def label(self) -> str:
        return {"inbox": "Inbox and e-mail", "phone": "Inbox, e-mail and a call"}[self.value]
