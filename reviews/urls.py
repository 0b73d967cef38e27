"""The work: queues, cases, escalations, rules, samples; and the API agents use."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from reviews.api import imports, interactions, outcomes, redactions
from reviews.views import cases, deciding, desk, escalations, qa, queues, rules

app_name = "reviews"


class VersionConverter(IntConverter):
    """The number of a version of rules: counted within its process, and no id of anything."""

    regex = "[1-9][0-9]{0,6}"


register_converter(VersionConverter, "version")

urlpatterns = [
    path("review/", queues.queues, name="queues"),
    path("review/next/", queues.next_case, name="next"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
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
    path("escalations/<uuid:escalation_id>/acknowledge/", escalations.acknowledge, name="acknowledge"),
    path("escalations/<uuid:escalation_id>/hand-over/", escalations.hand_over, name="hand_over"),
    path("rules/", rules.processes, name="rules"),
    path("rules/<str:code>/", rules.ruleset_active, name="rules_active"),
    path("rules/<str:code>/draft/", rules.draft, name="rules_draft"),
    path("rules/<str:code>/v<version:version>/", rules.ruleset, name="rules_version"),
    path("rules/<str:code>/v<version:version>/rule/", rules.rule, name="rules_rule"),
    path("rules/<str:code>/v<version:version>/remove/", rules.remove, name="rules_remove"),
    path("rules/<str:code>/v<version:version>/propose/", rules.propose, name="rules_propose"),
    path("rules/<str:code>/v<version:version>/approve/", rules.approve, name="rules_approve"),
    path("rules/<str:code>/v<version:version>/reject/", rules.reject, name="rules_reject"),
    path("rules/<str:code>/v<version:version>/restore/", rules.restore, name="rules_restore"),
    path("samples/", qa.samples, name="samples"),
    path("samples/<uuid:draw_id>/", qa.sample, name="sample"),
    path("samples/plans/<str:code>/", qa.plan, name="sampling_plan"),
    path("evaluations/<uuid:evaluation_id>/", qa.evaluation, name="evaluation"),
    path("evaluations/<uuid:evaluation_id>/submit/", qa.submit, name="evaluation_submit"),
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
    path("api/v1/redact", redactions.Redact.as_view(), name="api_redact"),
]
