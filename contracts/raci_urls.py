"""The addresses of the RACI of a process, and of who answers for it."""

from django.urls import URLPattern, path

from contracts.views import accountability, raci, raci_drafts

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
]
