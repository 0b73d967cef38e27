"""Truth in constraints: what must be impossible is impossible in the database, and every act names who acted."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, models

from tests.structure.tree import APPS

# Moments that no person brings about: a clock set them, or a row came to be whose event in the trail names the maker.
NOBODY_ACTS = {
    "created_at": "the event that made the row names who",
    "drafted_at": "`author` names who",
    "registered_at": "the event of the registration names who",
    "due_at": "a deadline",
    "ack_due_at": "a deadline",
    "resolve_due_at": "a deadline",
    "expires_at": "a deadline",
    "promote_at": "when the clock promotes",
    "email_next_at": "when the sweep tries again",
    "emailed_at": "the sweep sent it",
    "received_at": "the agent of the interaction sent it",
    "released_at": "released after the decision, or by the rules",
    "heartbeat_at": "`user` names who",
    "claimed_at": "`user` names who",
    "saved_at": "`user` names who",
    "read_at": "`user` names who",
    "routed_at": "routing is a function",
    "started_at": "the clock moved it here",
    "recorded_at": "the ledger's own clock",
    "occurred_at": "the actor stands in the event",
    "activate_at": "when approved rules come into force; `decided_by` names who",
    "ended_at": "how it ended stands beside it",
}
# The same for one field each.
EXCEPTIONS = {
    "audit.Cursor.updated_at": "whichever worker came by",
    "audit.LogState.integrated_at": "the sequencer put the last leaf there",
    "audit.Log.opened_at": "a log is opened with its client",
    "audit.Pruning.pruned_at": "the tombstone in the trail names who",
    "audit.SubjectKey.destroyed_at": "the audit floor knows nobody: the event of the erasure names who",
    "contracts.BusinessCalendar.not_extended_at": "the sweep could not",
    "contracts.CalendarDefinition.followed_at": "the sweep moved the clocks",
    "contracts.ModelChange.planned_at": "when it is to take effect; `filed_by` names who said so",
    "contracts.ModelChange.earliest_at": "from when on the notice allows it",
    "contracts.ModelChange.effect_at": "when an emergency was deployed; `notified_by` names who told of it",
    "contracts.UndeclaredVersion.noticed_at": "intake noticed it",
    "contracts.Halt.effective_at": "the last that was under way has ended then",
    "contracts.ServiceAgreement.in_force_at": "the second of the two who accepted it stands beside it",
    "governance.ProtectedAttribute.supplied_at": "the event names who",
    "governance.RuleActivation.activated_at": "the event names who",
    "governance.RuleActivation.first_at": "when an interaction was routed",
    "governance.RuleActivation.last_at": "when an interaction was routed",
    "governance.RuleActivation.earlier_at": "when an interaction was routed",
    "reviews.AutoQa.scored_at": "`engine` names what scored it",
    "reviews.Case.opened_at": "routing opened it",
    "reviews.Case.closed_at": "its final decision names who",
    "reviews.CaseClock.breached_at": "`responsible` names the party that answers",
    "reviews.CaseClock.risk_at": "a deadline",
    "reviews.CaseClock.stopped_at": "the decision of the case names who",
    "reviews.ClockPause.begins_at": "`entered_by` names who",
    "reviews.ClockPause.ends_at": "`entered_by` names who",
    "reviews.Draw.drawn_at": "the clock draws",
    "reviews.Draw.fixed_at": "the clock fixes",
    "reviews.EvidenceView.opened_at": "`user` names who",
    "reviews.Honeypot.planned_at": "a sweep planned it",
    "reviews.Honeypot.plant_at": "when the sweep puts it into the queue",
    "reviews.Honeypot.served_at": "the sweep put it into the queue",
    "reviews.RecallProposal.opened_at": "automatic QA flagged it",
    "reviews.RuleSimulation.finished_at": "a worker counted it for whom `requested_by` names",
    "reviews.SimulatedChange.happened_at": "when its interaction was routed",
    "reviews.VigilanceNotice.acknowledged_at": "`reviewer` names who",
    "reviews.VigilanceNotice.seen_at": "a sweep has counted up to here",
    "reviews.ReviewerSignal.last_at": "when the last counted decision was made",
    "reviews.VigilanceAction.raised_at": "a sweep raised it from figures",
    "reviews.EscalationStep.acknowledged_at": "the escalation names who",
}
# Design: what must be impossible, and the constraint that stops it.
CONSTRAINTS = {
    "audit_retentionpolicy": {"audit_one_policy_a_version"},
    "audit_legalhold": {"audit_hold_lift_is_signed", "audit_hold_is_lifted_by_another"},
    "reviews_draw": {"draw_window_once", "draw_by_chance_has_a_seed"},
    "reviews_autoqa": {"auto_qa_sentiment_in_range", "auto_qa_failure_is_flagged"},
    "reviews_enginecalibration": {"engine_trusted_on_enough"},
    "reviews_interaction": {
        "interaction_release_needs_a_person",
        "interaction_honeypot_never_released",
        "interaction_external_id_once",
    },
    "reviews_claim": {"claim_one_open"},
    "reviews_decision": {"decision_one_final_stands", "decision_withdrawal_is_signed"},
    "reviews_ruleset": {
        "ruleset_one_active",
        "ruleset_approver_is_not_author",
        "ruleset_in_force_was_approved",
        "ruleset_ratifier_is_another",
        "ruleset_one_shadow",
    },
    "reviews_rulesimulation": {
        "simulation_state_known",
        "simulation_done_has_result",
        "simulation_over_is_dated",
    },
    "reviews_evaluation": {
        "evaluation_once",
        "evaluation_submission_complete",
        "evaluation_pi_is_a_probability",
    },
    "reviews_dispute": {
        "dispute_outcome_is_signed",
        "dispute_adjudicated_by_another",
        "dispute_corrected_where_overturned",
    },
    "reviews_secondscore": {"second_score_complete"},
    "reviews_calibrationsession": {
        "calibration_one_open",
        "calibration_opened_by_hand_is_signed",
        "calibration_held_with_a_decision",
    },
    "reviews_samplingplan": {"plan_fraction_in_band"},
    "reviews_recall": {
        "recall_has_its_cause",
        "recall_correction_is_signed",
        "recall_acknowledged_is_signed",
        "recall_notice_is_signed",
        "recall_confirmed_is_whole",
        "recall_is_confirmed_by_another",
    },
    "reviews_recallproposal": {"proposal_one_open", "proposal_end_is_whole"},
    "reviews_correctiveaction": {
        "action_done_is_signed",
        "action_verified_is_signed",
        "action_is_verified_by_another",
    },
    "reviews_recalibrationfinding": {"finding_one_open", "finding_closed_is_signed"},
    "reviews_escalation": {"escalation_one_running", "escalation_closed_with_learning"},
    "reviews_escalationdrill": {"drill_one_running", "drill_end_is_signed"},
    "reviews_escalationdrillcall": {
        "drill_call_once_a_level",
        "drill_call_one_open",
        "drill_call_answered_by_the_called",
        "drill_call_end_is_dated",
    },
    "reviews_reviewersignal": {"signal_day_once", "signal_band_has_index", "signal_comment_is_his_own"},
    "reviews_vigilanceaction": {"vigilance_one_open", "vigilance_cleared_by_another"},
    "reviews_vigilancenotice": {"vigilance_not_before_notice"},
    "reviews_honeypotplan": {"honeypot_share_in_band", "honeypot_allowed_on_a_ground"},
    "reviews_controlitem": {"control_item_says_why", "control_item_retirement_is_signed"},
    "reviews_honeypot": {
        "honeypot_item_once",
        "honeypot_one_at_a_time",
        "honeypot_served_has_interaction",
        "honeypot_end_is_dated",
    },
    "governance_incident": {
        "incident_open_once",
        "incident_severity_in_scale",
        "incident_closing_is_signed",
    },
    "governance_subscription": {"subscription_disabled_says_why"},
    "governance_delivery": {"delivery_once", "delivery_end_is_dated"},
    "contracts_modelchange": {
        "change_number_once",
        "change_high_needs_client",
        "change_in_force_is_signed",
        "change_client_is_not_author",
        "change_provider_is_not_author",
        "change_closed_with_figures",
    },
    "contracts_freezeperiod": {"freeze_ends_after_it_begins", "freeze_lift_is_signed"},
    "contracts_undeclaredversion": {"undeclared_once", "undeclared_settlement_is_signed"},
    "contracts_halt": {"halt_scope_is_whole", "halt_runs_once", "halt_is_released_by_another"},
    "contracts_contract": {"contract_two_parties", "contract_code_once"},
    "contracts_contractversion": {
        "contract_one_in_force",
        "contract_one_in_preparation",
        "contract_proposed_has_digest",
    },
    "contracts_liabilityterm": {
        "liability_layer_once",
        "liability_shares_in_range",
        "liability_shares_make_the_whole",
    },
    "contracts_datauseterm": {"data_use_once_a_type", "data_use_training_has_scope"},
    "contracts_agreedterm": {"agreed_term_once"},
    "contracts_businesscalendar": {"calendar_name_once_without_owner", "calendar_country_has_years"},
    "contracts_calendardefinition": {"calendar_definition_once"},
    "contracts_citation": {"citation_once"},
    "contracts_clause": {"clause_number_once"},
    "contracts_signature": {"signature_once_a_party", "signature_once_a_person"},
    "contracts_documentversion": {"document_publisher_is_not_author", "document_one_published"},
    "contracts_escalationmatrix": {"matrix_one_active", "matrix_approver_is_not_author"},
    "contracts_user": {"user_never_superuser"},
}


def test_every_act_names_who_acted() -> None:
    unsigned = {
        f"{model._meta.label}.{name}"
        for model, name in moments()
        if name not in NOBODY_ACTS and name.removesuffix("_at") + "_by" not in fields(model)
    }

    assert unsigned - EXCEPTIONS.keys() == set(), "these say that somebody acted, not who"


def test_every_signature_is_dated() -> None:
    undated = {
        f"{model._meta.label}.{name}"
        for model in own_models()
        for name, field in fields(model).items()
        if name.endswith("_by")
        and field.is_relation
        and name.removesuffix("_by") + "_at" not in fields(model)
    }

    assert undated - {"contracts.AiModel.procured_by"} == set(), "these say who acted, not when"


def test_the_exceptions_are_still_needed() -> None:
    names = {name for _, name in moments()}
    labels = {f"{model._meta.label}.{name}" for model, name in moments()}

    assert NOBODY_ACTS.keys() - names == set()
    assert EXCEPTIONS.keys() - labels == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(CONSTRAINTS))
def test_the_database_holds_the_constraint(table: str) -> None:
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, table)

    held = {name for name, facts in there.items() if facts["unique"] or facts["check"]}
    assert CONSTRAINTS[table] - held == set()


def own_models() -> Iterator[type[models.Model]]:
    for app in APPS:
        yield from apps.get_app_config(app).get_models()


def fields(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}


def moments() -> Iterator[tuple[type[models.Model], str]]:
    for model in own_models():
        for name, field in fields(model).items():
            if name.endswith("_at") and isinstance(field, models.DateTimeField):
                yield model, name
