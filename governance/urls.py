"""Every address of the site: each app brings its own; oversight and the description of the API are here."""

from django.urls import URLPattern, URLResolver, include, path

from governance.api import audit_urls
from governance.api.function_map import FunctionMap, FunctionMapSign, FunctionMapStep
from governance.api.layers import Layers
from governance.api.rule_costs import RuleCosts
from governance.api.schema import Description, Documentation
from governance.api.service_levels import Attainment, Breaches, Measurements
from governance.halt_urls import halt_doors, halt_patterns
from governance.views import (
    bias,
    board,
    change_figures,
    drills,
    evidence,
    function_map,
    home,
    incidents,
    layers,
    logs,
    record_reads,
    records,
    rule_costs,
    service_levels,
    sheets,
    sovereignty,
    trail,
)
from governance.views.health import health
from governance.webhook_urls import webhook_patterns

governance: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("board/", board.board, name="board"),
    path("board/<str:code>/", board.process, name="board_process"),
    path("board/<str:code>/control-cost/", rule_costs.costs, name="rule_costs"),
    path("board/<str:code>/control-cost/draft/", rule_costs.draft, name="rule_costs_draft"),
    path("board/<str:code>/<str:tile>/", board.listing, name="board_list"),
    path("fairness/", bias.processes, name="bias"),
    path("fairness/<str:code>/", bias.process, name="bias_process"),
    path("fairness/<str:code>/audit/", bias.audit, name="bias_audit"),
    path("fairness/<str:code>/attributes/", bias.supply, name="bias_supply"),
    path("fairness/audits/<uuid:audit_id>/", bias.result, name="bias_result"),
    path("agreements/<str:code>/data-places/report/", sovereignty.report, name="sovereignty"),
    path("agreements/<str:code>/coverage/", layers.shown, name="layers"),
    path("agreements/<str:code>/function-map/", function_map.shown, name="function_map"),
    path("agreements/<str:code>/function-map/<str:step>/", function_map.step, name="function_map_step"),
    path("agreements/<str:code>/function-map/all/sign/", function_map.sign, name="function_map_sign"),
    path("agreements/<str:code>/service-levels/", service_levels.attainment, name="attainment"),
    path("agreements/<str:code>/breaches/", service_levels.breaches, name="breaches"),
    path("agreements/<str:code>/breaches/<uuid:breach_id>/", service_levels.breach, name="breach"),
    path(
        "agreements/<str:code>/breaches/<uuid:breach_id>/dispute/",
        service_levels.dispute,
        name="breach_dispute",
    ),
    path(
        "agreements/<str:code>/breaches/<uuid:breach_id>/settle/",
        service_levels.settle,
        name="breach_settle",
    ),
    path("agreements/<str:code>/model-figures/", change_figures.figures, name="model_figures"),
    path("changes/<uuid:change_id>/close/", change_figures.close, name="change_close"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<uuid:incident_id>/close/", incidents.close, name="incident_close"),
    path("webhooks/", include(webhook_patterns)),
    path("halts/", include(halt_patterns)),
    path("agreements/<str:code>/sheet/", sheets.sheet, name="sheet"),
    path("agreements/<str:code>/sheet/<int:version>/", sheets.version, name="sheet_version"),
    path("agreements/<str:code>/sheet/<int:version>/pdf", sheets.pdf, name="sheet_pdf"),
    path("trail/", trail.trail, name="trail"),
    path("trail/find/", trail.find, name="trail_find"),
    path("trail/logs/", logs.logs, name="logs"),
    path("trail/drills/", drills.drills, name="drills"),
    path("trail/drills/<str:log>/start/", drills.start, name="drills_start"),
    path("trail/interactions/<uuid:interaction_id>/", trail.story, name="story"),
    path(
        "trail/interactions/<uuid:interaction_id>/evidence/",
        evidence.download,
        name="story_evidence",
    ),
    path(
        "trail/interactions/<uuid:interaction_id>/evidence/choose/",
        evidence.interaction,
        name="story_evidence_choose",
    ),
    path("trail/evidence/", evidence.exports, name="evidence"),
    path("trail/evidence/period/", evidence.period, name="evidence_period"),
    path("trail/evidence/draws/<uuid:draw_id>/", evidence.draw, name="evidence_draw"),
    path("trail/evidence/<uuid:export_id>/cancel/", evidence.cancel, name="evidence_cancel"),
    path("trail/evidence/<uuid:export_id>/fetch/", evidence.fetch, name="evidence_fetch"),
    path("trail/records/", records.clients, name="records"),
    path("trail/records/<str:log>/", records.records, name="records_client"),
    path("trail/records/<str:log>/reads/", record_reads.reads, name="records_reads"),
    path("trail/records/<str:log>/reads/find/", record_reads.find, name="records_reads_find"),
    path("trail/records/<str:log>/policy/", records.set_policy, name="records_policy"),
    path("trail/records/<str:log>/holds/", records.place_hold, name="records_hold"),
    path("trail/records/<str:log>/holds/<uuid:hold_id>/lift/", records.lift_hold, name="records_lift"),
    path("trail/records/<str:log>/subject/", records.find_subject, name="records_subject"),
    path("trail/records/<str:log>/erase/", records.erase, name="records_erase"),
    path("api/v1/rules/<str:code>/costs", RuleCosts.as_view(), name="api_rule_costs"),
    path("api/v1/agreements/<str:code>/coverage", Layers.as_view(), name="api_layers"),
    path("api/v1/agreements/<str:code>/function-map", FunctionMap.as_view(), name="api_function_map"),
    path(
        "api/v1/agreements/<str:code>/function-map/steps/<str:step>",
        FunctionMapStep.as_view(),
        name="api_function_map_step",
    ),
    path(
        "api/v1/agreements/<str:code>/function-map/sign",
        FunctionMapSign.as_view(),
        name="api_function_map_sign",
    ),
    path("api/v1/service-levels/<str:code>", Attainment.as_view(), name="api_service_levels"),
    path("api/v1/service-levels/<str:code>/breaches", Breaches.as_view(), name="api_breaches"),
    path("api/v1/service-levels/<str:code>/measurements", Measurements.as_view(), name="api_measurements"),
    path("api/v1/audit/", include(audit_urls.patterns)),
    *halt_doors,
]

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include((governance, "governance"))),
    path("", include("contracts.urls")),
    path("", include("reviews.urls")),
    path("api/v1/schema", Description.as_view(), name="api_schema"),
    path("api/v1/docs", Documentation.as_view(), name="api_docs"),
]

handler400 = "governance.errors.bad_request"
handler404 = "governance.errors.not_found"
handler500 = "governance.errors.server_error"
