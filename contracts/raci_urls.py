"""The addresses of the RACI of a process."""

from django.urls import URLPattern, path

from contracts.views import raci, raci_drafts

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
]
