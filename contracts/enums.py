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
