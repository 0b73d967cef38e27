"""The addresses of the service levels of a process: their versions, drafts, acceptance, what is reported for them, and the
calendars they are counted by."""

from django.urls import URLPattern, path

from contracts.api import service_levels as api
from contracts.views import calendars, service_level_drafts, service_levels

_ALL = "agreements/<str:code>/service-levels/versions/"
_VERSION = f"{_ALL}<int:version>/"
_CALENDARS = "agreements/<str:code>/calendars/"
_API = "api/v1/agreements/<str:code>/service-levels"
_API_VERSION = f"{_API}/<int:version>"

patterns: list[URLPattern] = [
    path(_CALENDARS, calendars.calendars, name="calendars"),
    path(f"{_CALENDARS}define/", calendars.define, name="calendar_define"),
    path(f"{_CALENDARS}<uuid:calendar_id>/", calendars.calendar, name="calendar"),
    path(f"{_CALENDARS}<uuid:calendar_id>/define/", calendars.redefine, name="calendar_redefine"),
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
    path(f"{_API}/drafts", api.Drafts.as_view(), name="api_service_levels_drafts"),
    path(_API_VERSION, api.Version.as_view(), name="api_service_levels_version"),
    path(f"{_API_VERSION}/levels", api.Levels.as_view(), name="api_service_levels_levels"),
    path(f"{_API_VERSION}/levels/<uuid:level_id>", api.Level.as_view(), name="api_service_levels_level"),
    path(f"{_API_VERSION}/credits", api.Credits.as_view(), name="api_service_levels_credits"),
    path(f"{_API_VERSION}/propose", api.Propose.as_view(), name="api_service_levels_propose"),
    path(f"{_API_VERSION}/accept", api.Accept.as_view(), name="api_service_levels_accept"),
]
