"""The addresses of the service levels of a process: their versions, drafts, acceptance, and what is reported for them."""

from django.urls import URLPattern, path

from contracts.views import service_level_drafts, service_levels

_ALL = "agreements/<str:code>/service-levels/versions/"
_VERSION = f"{_ALL}<int:version>/"

patterns: list[URLPattern] = [
    path(_ALL, service_levels.versions, name="service_levels"),
    path(f"{_ALL}draft/", service_level_drafts.draft, name="service_levels_draft"),
    path("agreements/<str:code>/service-levels/report/", service_levels.report, name="service_levels_report"),
    path(_VERSION, service_levels.version, name="service_levels_version"),
    path(f"{_VERSION}level/", service_level_drafts.level, name="service_level"),
    path(f"{_VERSION}remove/", service_level_drafts.remove, name="service_level_remove"),
    path(f"{_VERSION}credits/set/", service_level_drafts.credits_, name="service_levels_credits"),
    path(f"{_VERSION}propose/", service_level_drafts.propose, name="service_levels_propose"),
    path(f"{_VERSION}accept/", service_levels.accept, name="service_levels_accept"),
    path(f"{_VERSION}reject/", service_levels.reject, name="service_levels_reject"),
]
