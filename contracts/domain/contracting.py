"""The vocabulary of contracts: states of a version, risks of the three-party structure, kinds of appendix."""

import re
from datetime import date, timedelta

from contracts.enums import Labelled

# A clause is named as in the paper: 2, 2.3, 12.4.1, 7a.
CLAUSE_NUMBER = re.compile(r"[1-9]\d{0,2}(\.[1-9]\d{0,2}){0,3}[a-z]?")


# The longest notice anybody agrees on: ten years.
LONGEST_NOTICE = 3650


def last_day_to_say(ends: date, notice_days: int) -> date:
    """The last day on which a contract that ends then can be given notice of: so many whole days before its last day."""
    return ends - timedelta(days=notice_days)


def number_key(number: str) -> tuple[tuple[int, str], ...]:
    """The order of clauses on paper: 2.3 before 2.10."""
    parts = []
    for part in number.split("."):
        digits = "".join(character for character in part if character.isdigit())
        parts.append((int(digits or 0), part[len(digits) :]))
    return tuple(parts)


class ContractState(Labelled):
    """The life of a version of a contract."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    TERMINATED = "terminated"


class RiskTag(Labelled):
    """§3.1: what goes wrong between a client, a provider and an AI vendor."""

    FINGER_POINTING = "finger_pointing"
    SILENT_CHANGE = "silent_change"
    ASYMMETRY = "asymmetry"
    DATA_LEAK = "data_leak"
    REGION_DRIFT = "region_drift"
    SPLIT_LOGS = "split_logs"
    VOLUME_INCENTIVE = "volume_incentive"
    NOTICE_DELAY = "notice_delay"
    SLA_MISMATCH = "sla_mismatch"
    LOCK_IN = "lock_in"

    @property
    def label(self) -> str:
        return {
            "finger_pointing": "Everybody points at somebody else",
            "silent_change": "The model changes silently",
            "asymmetry": "The client does not see the AI vendor’s tests",
            "data_leak": "Data leaks onward or into training",
            "region_drift": "Sub-processors or regions drift",
            "split_logs": "Split logs without a shared id",
            "volume_incentive": "Paid for volume, not for correctness",
            "notice_delay": "Notice delays add up along the chain",
            "sla_mismatch": "Service levels do not match along the chain",
            "lock_in": "Locked in, without an exit",
        }[self.value]


class AppendixKind(Labelled):
    DATA_FLOW = "data_flow"
    RACI = "raci"
    SERVICE_LEVELS = "service_levels"
    LIABILITY = "liability"
    DEFINITIONS = "definitions"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {"raci": "RACI"}.get(self.value, super().label)
