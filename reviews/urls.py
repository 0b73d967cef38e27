"""The work: queues, cases, escalations, rules, samples; and the API agents use."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from reviews.api import actions as api_actions
from reviews.api import draws as api_draws
from reviews.api import drills as api_drills
from reviews.api import evaluations as api_evaluations
from reviews.api import (
    imports,
    interactions,
    matrices,
    matrix_rows,
    outcomes,
    redactions,
    rule_acts,
    rule_conditions,
)
from reviews.api import qa_estimates as api_estimates
from reviews.api import recalls as api_recalls
from reviews.api import rule_drafts as api_drafts
from reviews.api import rules as api_rules
from reviews.api import sampling_plans as api_plans
from reviews.api import simulations as api_simulations
from reviews.api import vigilance as api_vigilance
from reviews.views import (
    actions,
    agreement,
    autoqa,
    cases,
    clocks,
    deciding,
    desk,
    disputes,
    drills,
    escalations,
    honeypots,
    learning,
    matrix,
    matrix_drafts,
    matrix_finals,
    qa,
    qa_estimates,
    queues,
    recall_proposals,
    recalls,
    rule_drafts,
    rule_editor,
    rule_life,
    rules,
    sampling_plans,
    scorecards,
    simulations,
    vigilance,
)

app_name = "reviews"


class VersionConverter(IntConverter):
    """The number of a version of rules: counted within its process, and no id of anything."""

    regex = "[1-9][0-9]{0,6}"


class SeverityConverter(StringConverter):
    """The severity of a row of the matrix, or `any`."""

    regex = "any|[1-4]"


class ActConverter(StringConverter):
    """What becomes of a version of the matrix."""

    regex = "propose|approve|reject|restore"


register_converter(VersionConverter, "version")
register_converter(SeverityConverter, "severity")


class MonthConverter(StringConverter):
    """A month, as 2026-11."""

    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"


register_converter(ActConverter, "act")
register_converter(MonthConverter, "month")

_RULES_VERSION = "api/v1/rules/<str:code>/versions/<version:version>"
_DRILLS = "api/v1/matrix/<str:code>/drills"

urlpatterns = [
    path("review/", queues.queues, name="queues"),
    path("review/next/", queues.next_case, name="next"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/clocks/", clocks.shown, name="clocks"),
    path("cases/<uuid:case_id>/clocks/pause/", clocks.pause, name="clocks_pause"),
    path("cases/<uuid:case_id>/clocks/<uuid:pause_id>/end/", clocks.end, name="clocks_end"),
    path("cases/<uuid:case_id>/claim/", desk.claim, name="claim"),
    path("cases/<uuid:case_id>/heartbeat/", desk.heartbeat, name="heartbeat"),
    path("cases/<uuid:case_id>/extend/", desk.extend, name="extend"),
    path("cases/<uuid:case_id>/hand-back/", desk.hand_back, name="hand_back"),
    path("cases/<uuid:case_id>/evidence/<slug:panel>/", desk.evidence, name="evidence"),
    path("cases/<uuid:case_id>/draft/", desk.draft, name="draft"),
    path("cases/<uuid:case_id>/reveal/", desk.reveal, name="reveal"),
    path("cases/<uuid:case_id>/decide/", deciding.decide, name="decide"),
    path("cases/<uuid:case_id>/escalate/", deciding.escalate, name="escalate"),
    path("cases/<uuid:case_id>/ask/", deciding.ask, name="ask"),
    path("decisions/<uuid:decision_id>/withdraw/", deciding.withdraw, name="withdraw"),
    path("escalations/", escalations.escalations, name="escalations"),
    path("escalations/learning/", learning.report, name="learning"),
    path("escalations/learning/<str:code>/<month:month>/", learning.listing, name="learning_list"),
    path("escalations/<uuid:escalation_id>/acknowledge/", escalations.acknowledge, name="acknowledge"),
    path("escalations/<uuid:escalation_id>/hand-over/", escalations.hand_over, name="hand_over"),
    path("rules/", rules.processes, name="rules"),
    path("rules/<str:code>/", rules.ruleset_active, name="rules_active"),
    path("rules/<str:code>/draft/", rule_drafts.draft, name="rules_draft"),
    path("rules/<str:code>/v<version:version>/", rules.ruleset, name="rules_version"),
    path("rules/<str:code>/v<version:version>/rule/", rule_editor.rule, name="rules_rule"),
    path("rules/<str:code>/v<version:version>/remove/", rule_drafts.remove, name="rules_remove"),
    path("rules/<str:code>/v<version:version>/order/", rule_drafts.order, name="rules_order"),
    path("rules/<str:code>/v<version:version>/note/", rule_drafts.note, name="rules_note"),
    path("rules/<str:code>/v<version:version>/discard/", rule_drafts.discard, name="rules_discard"),
    path("rules/<str:code>/v<version:version>/propose/", rules.propose, name="rules_propose"),
    path("rules/<str:code>/v<version:version>/approve/", rules.approve, name="rules_approve"),
    path("rules/<str:code>/v<version:version>/reject/", rules.reject, name="rules_reject"),
    path("rules/<str:code>/v<version:version>/restore/", rules.restore, name="rules_restore"),
    path("rules/<str:code>/compare/", rule_life.compare, name="rules_compare"),
    path("rules/<str:code>/v<version:version>/shadow/", rule_life.shadow, name="rules_shadow"),
    path(
        "rules/<str:code>/v<version:version>/shadow/start/",
        rule_life.shadow_start,
        name="rules_shadow_start",
    ),
    path("rules/<str:code>/v<version:version>/shadow/stop/", rule_life.shadow_stop, name="rules_shadow_stop"),
    path("rules/<str:code>/v<version:version>/call-off/", rule_life.call_off, name="rules_call_off"),
    path("rules/<str:code>/v<version:version>/emergency/", rule_life.emergency, name="rules_emergency"),
    path("rules/<str:code>/v<version:version>/ratify/", rule_life.ratify, name="rules_ratify"),
    path("matrix/", matrix.processes, name="matrix"),
    path("matrix/<str:code>/", matrix.active, name="matrix_active"),
    path("matrix/<str:code>/draft/", matrix_drafts.draft, name="matrix_draft"),
    path("matrix/<str:code>/drills/", drills.drills, name="matrix_drills"),
    path("matrix/<str:code>/drills/<uuid:drill_id>/", drills.drill, name="matrix_drill"),
    path("matrix/<str:code>/drills/<uuid:drill_id>/answer/", drills.answer, name="matrix_drill_answer"),
    path("matrix/<str:code>/drills/<uuid:drill_id>/cancel/", drills.cancel, name="matrix_drill_cancel"),
    path("matrix/<str:code>/v<version:version>/", matrix.version, name="matrix_version"),
    path("matrix/<str:code>/v<version:version>/row/", matrix_drafts.row, name="matrix_row"),
    path("matrix/<str:code>/v<version:version>/final/", matrix_finals.final, name="matrix_final"),
    path("matrix/<str:code>/v<version:version>/remove/", matrix_drafts.remove, name="matrix_remove"),
    path("matrix/<str:code>/v<version:version>/describe/", matrix_drafts.describe, name="matrix_describe"),
    path("matrix/<str:code>/v<version:version>/propose/", matrix.propose, name="matrix_propose"),
    path("matrix/<str:code>/v<version:version>/approve/", matrix.approve, name="matrix_approve"),
    path("matrix/<str:code>/v<version:version>/reject/", matrix.reject, name="matrix_reject"),
    path("matrix/<str:code>/v<version:version>/restore/", matrix.restore, name="matrix_restore"),
    path("rules/<str:code>/v<version:version>/simulation/", simulations.simulation, name="rules_simulation"),
    path(
        "rules/<str:code>/v<version:version>/simulation/<uuid:simulation_id>/",
        simulations.one,
        name="rules_simulation_one",
    ),
    path(
        "rules/<str:code>/v<version:version>/simulation/<uuid:simulation_id>/cancel/",
        simulations.cancel,
        name="rules_simulation_cancel",
    ),
    path("vigilance/", vigilance.teams, name="vigilance"),
    path("vigilance/mine/", vigilance.mine, name="vigilance_mine"),
    path("vigilance/notice/acknowledge/", vigilance.acknowledge, name="vigilance_acknowledge"),
    path("vigilance/<uuid:signal_id>/comment/", vigilance.comment, name="vigilance_comment"),
    path("vigilance/actions/<uuid:action_id>/clear/", vigilance.clear, name="vigilance_clear"),
    path("honeypots/", honeypots.library, name="honeypots"),
    path("honeypots/items/<uuid:item_id>/", honeypots.item, name="honeypots_item"),
    path("honeypots/items/<uuid:item_id>/retire/", honeypots.retire, name="honeypots_retire"),
    path("honeypots/<str:code>/add/", honeypots.add, name="honeypots_add"),
    path("honeypots/<str:code>/plan/", honeypots.plan, name="honeypots_plan"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<uuid:action_id>/", actions.action, name="action"),
    path("actions/<uuid:action_id>/finish/", actions.finish, name="action_finish"),
    path("actions/<uuid:action_id>/assign/", actions.assign, name="action_assign"),
    path("actions/<uuid:action_id>/verify/", actions.verify, name="action_verify"),
    path("actions/<uuid:action_id>/return/", actions.give_back, name="action_return"),
    path("findings/<uuid:finding_id>/", actions.finding, name="finding"),
    path("findings/<uuid:finding_id>/close/", actions.close, name="finding_close"),
    path("recalls/", recalls.recalls, name="recalls"),
    path("recalls/new/<uuid:interaction_id>/", recalls.new, name="recall_new"),
    path("recalls/proposals/<uuid:proposal_id>/", recall_proposals.proposal, name="recall_proposal"),
    path("recalls/proposals/<uuid:proposal_id>/dismiss/", recall_proposals.dismiss, name="recall_dismiss"),
    path("recalls/<uuid:recall_id>/", recalls.recall, name="recall"),
    path("recalls/<uuid:recall_id>/correct/", recalls.correct, name="recall_correct"),
    path("recalls/<uuid:recall_id>/acknowledge/", recalls.acknowledge, name="recall_acknowledge"),
    path("recalls/<uuid:recall_id>/notice/", recalls.notice, name="recall_notice"),
    path("recalls/<uuid:recall_id>/confirm/", recalls.confirm, name="recall_confirm"),
    path("samples/", qa.samples, name="samples"),
    path("samples/estimates/<str:code>/", qa_estimates.estimates, name="qa_estimates"),
    path("samples/automatic/", autoqa.processes, name="auto_qa"),
    path("samples/automatic/<str:code>/", autoqa.process, name="auto_qa_process"),
    path("samples/automatic/<str:code>/calibrate/", autoqa.calibrate, name="auto_qa_calibrate"),
    path("samples/automatic/<str:code>/flags/", autoqa.set_flags, name="auto_qa_flags"),
    path("samples/mine/", disputes.mine, name="evaluations_mine"),
    path("samples/agreement/", agreement.agreement, name="agreement"),
    path("samples/auditors/", agreement.auditors, name="auditors"),
    path("samples/calibrations/<str:code>/", agreement.calibrate, name="calibrate"),
    path("samples/calibrations/<uuid:session_id>/session/", agreement.session, name="calibration"),
    path("samples/disputes/", disputes.disputed, name="disputes"),
    path("samples/disputes/<uuid:dispute_id>/", disputes.adjudicate, name="dispute"),
    path("samples/<uuid:draw_id>/", qa.sample, name="sample"),
    path("samples/scorecards/<str:code>/", scorecards.builder, name="scorecard"),
    path("samples/plans/<str:code>/", sampling_plans.plan, name="sampling_plan"),
    path("samples/plans/<str:code>/enhanced/", sampling_plans.enhance, name="sampling_plan_enhance"),
    path(
        "samples/plans/<str:code>/enhanced/end/",
        sampling_plans.end_enhanced,
        name="sampling_plan_end_enhanced",
    ),
    path("evaluations/<uuid:evaluation_id>/", qa.evaluation, name="evaluation"),
    path("evaluations/<uuid:evaluation_id>/submit/", qa.submit, name="evaluation_submit"),
    path("evaluations/<uuid:evaluation_id>/dispute/", disputes.dispute, name="evaluation_dispute"),
    path("api/v1/interactions", interactions.Interactions.as_view(), name="api_interactions"),
    path("api/v1/interactions/import", imports.Imports.as_view(), name="api_import"),
    path(
        "api/v1/interactions/<uuid:interaction_id>",
        interactions.OneInteraction.as_view(),
        name="api_interaction",
    ),
    path("api/v1/interactions/<uuid:interaction_id>/outcome", outcomes.Outcome.as_view(), name="api_outcome"),
    path(
        "api/v1/interactions/<uuid:interaction_id>/escalate", outcomes.Escalate.as_view(), name="api_escalate"
    ),
    path(
        "api/v1/interactions/<uuid:interaction_id>/information",
        outcomes.Information.as_view(),
        name="api_information",
    ),
    path(
        "api/v1/interactions/<uuid:interaction_id>/recall/acknowledge",
        api_recalls.Acknowledge.as_view(),
        name="api_recall_acknowledge",
    ),
    path("api/v1/actions", api_actions.Actions.as_view(), name="api_actions"),
    path("api/v1/actions/<uuid:action_id>", api_actions.OneAction.as_view(), name="api_action"),
    path("api/v1/findings", api_actions.Findings.as_view(), name="api_findings"),
    path("api/v1/recalls", api_recalls.Recalls.as_view(), name="api_recalls"),
    path("api/v1/recalls/<uuid:recall_id>", api_recalls.OneRecall.as_view(), name="api_recall"),
    path("api/v1/rules", api_rules.Processes.as_view(), name="api_rules"),
    path("api/v1/rules/<str:code>", api_rules.Versions.as_view(), name="api_rules_versions"),
    path(_RULES_VERSION, api_rules.Version.as_view(), name="api_rules_version"),
    path(_RULES_VERSION + "/diff", api_rules.Diff.as_view(), name="api_rules_diff"),
    path(_RULES_VERSION + "/propose", rule_acts.Propose.as_view(), name="api_rules_propose"),
    path(_RULES_VERSION + "/approve", rule_acts.Approve.as_view(), name="api_rules_approve"),
    path(_RULES_VERSION + "/reject", rule_acts.Reject.as_view(), name="api_rules_reject"),
    path(_RULES_VERSION + "/call-off", rule_acts.CallOff.as_view(), name="api_rules_call_off"),
    path(_RULES_VERSION + "/emergency", rule_acts.Emergency.as_view(), name="api_rules_emergency"),
    path(_RULES_VERSION + "/ratify", rule_acts.Ratify.as_view(), name="api_rules_ratify"),
    path(_RULES_VERSION + "/rollback", rule_acts.Rollback.as_view(), name="api_rules_rollback"),
    path(_RULES_VERSION + "/shadow", rule_acts.Shadow.as_view(), name="api_rules_shadow"),
    path(_RULES_VERSION + "/unshadow", rule_acts.Unshadow.as_view(), name="api_rules_unshadow"),
    path("api/v1/rules/<str:code>/fields", rule_conditions.Fields.as_view(), name="api_rule_fields"),
    path("api/v1/rules/<str:code>/check", rule_conditions.Check.as_view(), name="api_rule_check"),
    path("api/v1/rules/<str:code>/drafts", api_drafts.Drafts.as_view(), name="api_rule_drafts"),
    path(
        "api/v1/rules/<str:code>/drafts/<version:version>",
        api_drafts.OneDraft.as_view(),
        name="api_rule_draft",
    ),
    path(
        "api/v1/rules/<str:code>/drafts/<version:version>/order",
        api_drafts.Order.as_view(),
        name="api_rule_order",
    ),
    path(
        "api/v1/rules/<str:code>/drafts/<version:version>/rules/<str:rule>",
        api_drafts.OneRule.as_view(),
        name="api_rule",
    ),
    path("api/v1/matrix/<str:code>", matrices.Versions.as_view(), name="api_matrix"),
    path(_DRILLS, api_drills.Drills.as_view(), name="api_matrix_drills"),
    path(_DRILLS + "/<uuid:drill_id>", api_drills.Drill.as_view(), name="api_matrix_drill"),
    path(_DRILLS + "/<uuid:drill_id>/answer", api_drills.Answer.as_view(), name="api_matrix_drill_answer"),
    path(_DRILLS + "/<uuid:drill_id>/cancel", api_drills.Cancel.as_view(), name="api_matrix_drill_cancel"),
    path("api/v1/matrix/<str:code>/<version:version>", matrices.Version.as_view(), name="api_matrix_version"),
    path(
        "api/v1/matrix/<str:code>/<version:version>/rows/<str:trigger_class>/<severity:severity>",
        matrix_rows.Row.as_view(),
        name="api_matrix_row",
    ),
    path(
        "api/v1/matrix/<str:code>/<version:version>/final-decisions",
        matrix_rows.Finals.as_view(),
        name="api_matrix_finals",
    ),
    path(
        "api/v1/matrix/<str:code>/<version:version>/final-decisions/<uuid:rule>",
        matrix_rows.Final.as_view(),
        name="api_matrix_final",
    ),
    path(
        "api/v1/matrix/<str:code>/<version:version>/<act:act>",
        matrices.Act.as_view(),
        name="api_matrix_act",
    ),
    path(
        "api/v1/rules/<str:code>/versions/<version:version>/simulations",
        api_simulations.Simulations.as_view(),
        name="api_simulations",
    ),
    path(
        "api/v1/rules/<str:code>/versions/<version:version>/simulations/<uuid:simulation_id>",
        api_simulations.OneSimulation.as_view(),
        name="api_simulation",
    ),
    path(
        "api/v1/rules/<str:code>/versions/<version:version>/simulations/<uuid:simulation_id>/changes",
        api_simulations.SimulationChanges.as_view(),
        name="api_simulation_changes",
    ),
    path(
        "api/v1/rules/<str:code>/versions/<version:version>/simulations/<uuid:simulation_id>/cancel",
        api_simulations.CancelSimulation.as_view(),
        name="api_simulation_cancel",
    ),
    path("api/v1/draws", api_draws.Draws.as_view(), name="api_draws"),
    path("api/v1/draws/<uuid:draw_id>", api_draws.OneDraw.as_view(), name="api_draw"),
    path(
        "api/v1/draws/<uuid:draw_id>/evaluations",
        api_draws.Drawn.as_view(),
        name="api_draw_evaluations",
    ),
    path("api/v1/samples/<str:code>/plan", api_plans.Plan.as_view(), name="api_sampling_plan"),
    path("api/v1/samples/<str:code>/precision", api_plans.Needed.as_view(), name="api_sampling_precision"),
    path("api/v1/samples/<str:code>/enhanced", api_plans.Enhanced.as_view(), name="api_sampling_enhance"),
    path(
        "api/v1/samples/<str:code>/enhanced/end",
        api_plans.EndEnhanced.as_view(),
        name="api_sampling_end_enhanced",
    ),
    path("api/v1/samples/<str:code>/estimates", api_estimates.Estimates.as_view(), name="api_qa_estimates"),
    path("api/v1/evaluations", api_draws.ToScore.as_view(), name="api_evaluations"),
    path(
        "api/v1/evaluations/<uuid:evaluation_id>",
        api_evaluations.Evaluations.as_view(),
        name="api_evaluation",
    ),
    path(
        "api/v1/evaluations/<uuid:evaluation_id>/score",
        api_evaluations.Score.as_view(),
        name="api_evaluation_score",
    ),
    path(
        "api/v1/evaluations/<uuid:evaluation_id>/dispute",
        api_evaluations.Disputes.as_view(),
        name="api_evaluation_dispute",
    ),
    path(
        "api/v1/disputes/<uuid:dispute_id>/adjudication",
        api_evaluations.Adjudication.as_view(),
        name="api_adjudication",
    ),
    path("api/v1/vigilance/mine", api_vigilance.Mine.as_view(), name="api_vigilance_mine"),
    path("api/v1/vigilance/processes/<str:code>", api_vigilance.Team.as_view(), name="api_vigilance"),
    path("api/v1/redact", redactions.Redact.as_view(), name="api_redact"),
]
