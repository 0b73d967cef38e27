"""Who may do what with what was agreed: `check_can_X` raises with a sentence a person can read, and `access.allowed` turns it
into what a dead button says."""

from contracts.permissions.calendars import check_can_define_calendar, check_can_redefine_calendar
from contracts.permissions.contracts import (
    DRAFTERS,
    check_can_attest,
    check_can_draft_contract,
    check_can_draft_on,
    check_can_judge_contract,
    check_can_see_contract,
    check_can_see_draft,
    check_can_sign_contract,
    check_can_terminate_contract,
)
from contracts.permissions.matrix import (
    check_can_approve_matrix,
    check_can_draft_matrix,
    check_can_judge_matrix,
    check_can_restore_matrix,
    check_can_see_matrix,
)
from contracts.permissions.service_levels import (
    check_can_accept_service_levels,
    check_can_dispute_breach,
    check_can_draft_service_levels,
    check_can_report_measurement,
    check_can_settle_breach,
)

__all__ = [
    "DRAFTERS",
    "check_can_attest",
    "check_can_define_calendar",
    "check_can_redefine_calendar",
    "check_can_accept_service_levels",
    "check_can_approve_matrix",
    "check_can_dispute_breach",
    "check_can_draft_contract",
    "check_can_draft_matrix",
    "check_can_draft_on",
    "check_can_draft_service_levels",
    "check_can_judge_contract",
    "check_can_judge_matrix",
    "check_can_report_measurement",
    "check_can_restore_matrix",
    "check_can_see_contract",
    "check_can_see_draft",
    "check_can_see_matrix",
    "check_can_settle_breach",
    "check_can_sign_contract",
    "check_can_terminate_contract",
]
