from contracts.models.agreement import (
    BusinessCalendar,
    CalendarDefinition,
    ExchangeRate,
)
from contracts.models.ai_model import AiModel, Endpoint, ModelVersion
from contracts.models.certificate import Certificate, CertificateAlert
from contracts.models.contract import (
    Appendix,
    Clause,
    ClauseWording,
    Contract,
    ContractVersion,
    Signature,
)
from contracts.models.data_flow import DataFlow
from contracts.models.document import Document, DocumentVersion
from contracts.models.finding import Finding
from contracts.models.function_map import MappedFunction
from contracts.models.grants import ProcessGroupGrant, ProcessUserGrant
from contracts.models.halt import Halt
from contracts.models.matrix import (
    EscalationLevel,
    EscalationMatrix,
    EscalationPath,
    FinalDecisionRule,
)
from contracts.models.model_change import (
    ChangeEvidence,
    ChangeMove,
    FreezePeriod,
    ModelChange,
    NoticeTerms,
    UndeclaredVersion,
)
from contracts.models.notification import Notification
from contracts.models.party import Organisation
from contracts.models.person import ApiKey, AuthorityGrant, IdempotentReply, Membership, User
from contracts.models.process import Process, ProcessStep
from contracts.models.questionnaire import VendorQuestionnaire
from contracts.models.raci import RaciMatrix, RaciPart, RaciRow, RaciSignature
from contracts.models.service_level import Breach, Measurement, ServiceAgreement, ServiceLevel
from contracts.models.stakeholder import AccountabilitySheet, AiUseDecision, Stakeholder
from contracts.models.terms import (
    AgreedTerm,
    Citation,
    DataUseTerm,
    LiabilityTerm,
    TrainingAttestation,
)

__all__ = [
    "MappedFunction",
    "AccountabilitySheet",
    "VendorQuestionnaire",
    "Certificate",
    "CertificateAlert",
    "Finding",
    "AiUseDecision",
    "Stakeholder",
    "TrainingAttestation",
    "LiabilityTerm",
    "DataUseTerm",
    "AgreedTerm",
    "Signature",
    "ContractVersion",
    "Contract",
    "ClauseWording",
    "Citation",
    "Clause",
    "Appendix",
    "AiModel",
    "ApiKey",
    "AuthorityGrant",
    "Breach",
    "BusinessCalendar",
    "CalendarDefinition",
    "ChangeEvidence",
    "ChangeMove",
    "DataFlow",
    "Document",
    "DocumentVersion",
    "Endpoint",
    "EscalationLevel",
    "EscalationMatrix",
    "EscalationPath",
    "ExchangeRate",
    "FinalDecisionRule",
    "FreezePeriod",
    "Halt",
    "IdempotentReply",
    "Measurement",
    "Membership",
    "ModelChange",
    "ModelVersion",
    "NoticeTerms",
    "Notification",
    "Organisation",
    "Process",
    "ProcessGroupGrant",
    "ProcessStep",
    "ProcessUserGrant",
    "RaciMatrix",
    "RaciPart",
    "RaciRow",
    "RaciSignature",
    "ServiceAgreement",
    "ServiceLevel",
    "UndeclaredVersion",
    "User",
]
