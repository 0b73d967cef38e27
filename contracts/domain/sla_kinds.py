"""The vocabularies of service levels: what is measured, in whose ledger, and what becomes of a breach."""

from contracts.enums import Labelled


class SlaState(Labelled):
    """The life of a version of the service levels: written by one party, in force once both have accepted it."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class Bound(Labelled):
    """On which side of its target a figure is good."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def sign(self) -> str:
        return {"at_least": "≥", "at_most": "≤"}[self.value]


class Unit(Labelled):
    """What the figure of a service level is counted in."""

    PERCENT = "percent"
    NUMBER = "number"

    @property
    def sign(self) -> str:
        return {"percent": " %", "number": ""}[self.value]


class Metric(Labelled):
    """Where the figure of a service level comes from: the portal measures it, or somebody reports it.

    The share of what was met: `review_time`, `acknowledgement`, `internal_time` and `vendor_time` of the clocks of cases,
    `change_notice` of the notices of model changes. A level: `qa_pass` and `deviation` of the oversight. `reported`
    comes from outside: the client or the provider says it each month, with its source.
    """

    REVIEW_TIME = "review_time"
    INTERNAL_TIME = "internal_time"
    VENDOR_TIME = "vendor_time"
    ACKNOWLEDGEMENT = "acknowledgement"
    QA_PASS = "qa_pass"  # noqa: S105 -- a figure, not a secret
    DEVIATION = "deviation"
    CHANGE_NOTICE = "change_notice"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        return {
            "review_time": "Reviewed in time, as the client counts it",
            "internal_time": "Reviewed in time, as the provider agreed with its team",
            "vendor_time": "Answered in time by the AI vendor",
            "acknowledgement": "Escalations taken on in time",
            "qa_pass": "QA pass rate",
            "deviation": "Deviation rate of all AI outputs (ADR)",
            "change_notice": "Change notices given in time",
            "reported": "Reported from outside",
        }[self.value]


class Ledger(Labelled):
    """Whose agreement a clock runs under: the client's with the provider, the provider's own, the provider's with the
    AI vendor."""

    SLA = "sla"
    OLA = "ola"
    UC = "uc"

    @property
    def label(self) -> str:
        return {
            "sla": "Client service level",
            "ola": "Internal operating level",
            "uc": "AI vendor contract",
        }[self.value]


LEDGER_OF = {
    Metric.REVIEW_TIME: Ledger.SLA,
    Metric.INTERNAL_TIME: Ledger.OLA,
    Metric.VENDOR_TIME: Ledger.UC,
}


class BreachKind(Labelled):
    SERVICE_LEVEL = "service_level"
    NOTICE_LATE = "notice_late"
    NOTICE_ABSENT = "notice_absent"
    RATIFICATION_LATE = "ratification_late"
    NOTIFICATION_LATE = "notification_late"

    @property
    def label(self) -> str:
        return {
            "service_level": "Service level missed",
            "notice_late": "Change notice too late",
            "notice_absent": "Change without a notice",
            "ratification_late": "Emergency not ratified in time",
            "notification_late": "A party told too late",
        }[self.value]


class BreachState(Labelled):
    RECORDED = "recorded"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    WAIVED = "waived"
