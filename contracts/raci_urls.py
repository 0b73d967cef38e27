"""The addresses of the RACI of a process, and of who answers for it."""

from django.urls import URLPattern, path

from contracts.api import accountability as authority_api
from contracts.api import raci as raci_api
from contracts.views import accountability, raci, raci_drafts

_API = "api/v1/agreements/<str:code>/raci"
_VERSION = "agreements/<str:code>/raci/<int:version>/"

patterns: list[URLPattern] = [
    path("agreements/<str:code>/raci/", raci.in_force, name="raci"),
    path("agreements/<str:code>/raci/draft/", raci_drafts.draft, name="raci_draft"),
    path(_VERSION, raci.version, name="raci_version"),
    path(f"{_VERSION}rows/<str:task>/", raci_drafts.row, name="raci_row"),
    path(f"{_VERSION}describe/", raci_drafts.describe, name="raci_describe"),
    path(f"{_VERSION}propose/", raci.propose, name="raci_propose"),
    path(f"{_VERSION}sign/", raci.sign, name="raci_sign"),
    path(f"{_VERSION}send-back/", raci.send_back, name="raci_send_back"),
    path("agreements/<str:code>/authority/", accountability.authority, name="authority"),
    path("agreements/<str:code>/authority/grant/", accountability.grant, name="authority_grant"),
    path(
        "agreements/<str:code>/authority/<uuid:grant_id>/take-back/",
        accountability.take_back,
        name="authority_take_back",
    ),
    path("agreements/<str:code>/stakeholders/name/", accountability.name, name="stakeholder_name"),
    path(
        "agreements/<str:code>/stakeholders/<uuid:stakeholder_id>/remove/",
        accountability.remove,
        name="stakeholder_remove",
    ),
    path("agreements/<str:code>/ai-use/decide/", accountability.decide, name="ai_use_decide"),
    path(_API, raci_api.InForce.as_view(), name="api_raci"),
    path(f"{_API}/drafts", raci_api.Drafts.as_view(), name="api_raci_drafts"),
    path(f"{_API}/<int:version>", raci_api.Version.as_view(), name="api_raci_version"),
    path(f"{_API}/<int:version>/rows/<str:task>", raci_api.Row.as_view(), name="api_raci_row"),
    path(f"{_API}/<int:version>/propose", raci_api.Propose.as_view(), name="api_raci_propose"),
    path(f"{_API}/<int:version>/sign", raci_api.Sign.as_view(), name="api_raci_sign"),
    path("api/v1/agreements/<str:code>/authority", authority_api.Grants.as_view(), name="api_authority"),
    path(
        "api/v1/agreements/<str:code>/authority/<uuid:grant_id>/take-back",
        authority_api.TakeBack.as_view(),
        name="api_authority_take_back",
    ),
    path("api/v1/agreements/<str:code>/sheet", authority_api.Sheet.as_view(), name="api_sheet"),
]
