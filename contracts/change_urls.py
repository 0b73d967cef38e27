"""The addresses of model changes."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from contracts.api import changes as api
from contracts.views import changes, notice_terms


class ChangeActConverter(StringConverter):
    """What is done to a change."""

    regex = "classify|test|evidence|submit|approve|object|veto|withdraw|schedule|deploy|ratify|roll-back"


class DecisionConverter(StringConverter):
    """What is decided on a change by program."""

    regex = "approve|object|veto|withdraw|ratify"


register_converter(ChangeActConverter, "change_act")
register_converter(DecisionConverter, "change_decision")

patterns = [
    path("changes/", changes.mine, name="changes_mine"),
    path("changes/<uuid:change_id>/", changes.change, name="change"),
    path("changes/<uuid:change_id>/<change_act:act>/", changes.act, name="change_act"),
    path("agreements/<str:code>/changes/", changes.changes, name="changes"),
    path("agreements/<str:code>/changes/new/", changes.new, name="change_new"),
    path("agreements/<str:code>/notice-terms/", notice_terms.notice_terms, name="notice_terms"),
    path("agreements/<str:code>/notice-terms/agree/", notice_terms.agree, name="notice_terms_agree"),
    path("agreements/<str:code>/freezes/freeze/", changes.freeze, name="freeze"),
    path("agreements/<str:code>/freezes/<uuid:freeze_id>/lift/", changes.lift, name="freeze_lift"),
    path(
        "agreements/<str:code>/undeclared/<uuid:undeclared_id>/settle/",
        changes.settle,
        name="undeclared_settle",
    ),
    path("api/v1/model-changes", api.Changes.as_view(), name="api_changes"),
    path("api/v1/model-changes/<uuid:change_id>", api.Change.as_view(), name="api_change"),
    path(
        "api/v1/model-changes/<uuid:change_id>/<change_decision:act>",
        api.Act.as_view(),
        name="api_change_act",
    ),
]
