"""The addresses of what vendors supply and prove."""

from django.urls import path

from contracts.api import vendors as api
from contracts.views import attestations, certificates, data_flows, endpoints, questionnaires

patterns = [
    path("vendors/", endpoints.endpoints, name="endpoints"),
    path("vendors/endpoints/new/", endpoints.new, name="endpoint_new"),
    path("vendors/endpoints/<uuid:endpoint_id>/", endpoints.endpoint, name="endpoint"),
    path("vendors/endpoints/<uuid:endpoint_id>/amend/", endpoints.amend, name="endpoint_amend"),
    path("vendors/endpoints/<uuid:endpoint_id>/retire/", endpoints.retire, name="endpoint_retire"),
    path("vendors/attestations/", attestations.attestations, name="attestations"),
    path("vendors/attestations/<str:code>/<slug:vendor>/", attestations.attestation, name="attestation"),
    path(
        "vendors/attestations/<str:code>/<slug:vendor>/attest/",
        attestations.attest,
        name="attestation_attest",
    ),
    path("vendors/certificates/", certificates.certificates, name="certificates"),
    path("vendors/certificates/new/", certificates.new, name="certificate_new"),
    path("vendors/certificates/<uuid:certificate_id>/", certificates.certificate, name="certificate"),
    path(
        "vendors/certificates/<uuid:certificate_id>/replace/",
        certificates.replace,
        name="certificate_replace",
    ),
    path(
        "vendors/certificates/<uuid:certificate_id>/withdraw/",
        certificates.withdraw,
        name="certificate_withdraw",
    ),
    path("vendors/questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("vendors/questionnaires/new/", questionnaires.new, name="questionnaire_new"),
    path(
        "vendors/questionnaires/<uuid:questionnaire_id>/", questionnaires.questionnaire, name="questionnaire"
    ),
    path(
        "vendors/questionnaires/<uuid:questionnaire_id>/answer/",
        questionnaires.answer,
        name="questionnaire_answer",
    ),
    path(
        "vendors/questionnaires/<uuid:questionnaire_id>/assess/",
        questionnaires.assess,
        name="questionnaire_assess",
    ),
    path("agreements/<str:code>/findings/", certificates.findings, name="findings"),
    path("agreements/<str:code>/data-flow/", data_flows.data_flow, name="data_flow"),
    path("agreements/<str:code>/data-flow/begin/", data_flows.begin, name="data_flow_begin"),
    path("agreements/<str:code>/data-flow/draft/", data_flows.draft, name="data_flow_draft"),
    path("agreements/<str:code>/data-flow/draft/node/", data_flows.node, name="data_flow_node"),
    path("agreements/<str:code>/data-flow/draft/edge/", data_flows.edge, name="data_flow_edge"),
    path("agreements/<str:code>/data-flow/draft/import/", data_flows.take_in, name="data_flow_import"),
    path("agreements/<str:code>/data-flow/draft/publish/", data_flows.publish, name="data_flow_publish"),
    path("agreements/<str:code>/data-flow/<int:version>/svg/", data_flows.svg, name="data_flow_svg"),
    path("agreements/<str:code>/data-flow/<int:version>/json/", data_flows.exported, name="data_flow_json"),
    path("agreements/<str:code>/data-places/", endpoints.ground, name="ground"),
    path("api/v1/endpoints", api.Endpoints.as_view(), name="api_endpoints"),
    path("api/v1/agreements/<str:code>/data-flow", api.OneDataFlow.as_view(), name="api_data_flow"),
    path("api/v1/questionnaires", api.Questionnaires.as_view(), name="api_questionnaires"),
    path("api/v1/certificates", api.Certificates.as_view(), name="api_certificates"),
]
