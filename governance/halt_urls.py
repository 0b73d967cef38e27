"""The addresses of halts and of the gate, below /halts/, and of their doors for programs, below /api/v1/."""

from django.urls import path

from governance.api import gates
from governance.api import halts as api
from governance.views import gate, halts

halt_patterns = [
    path("", halts.halts, name="halts"),
    path("new/", halts.new, name="halt_new"),
    path("live/<str:code>/", gate.gate, name="gate"),
    path("<uuid:halt_id>/", halts.halt, name="halt"),
    path("<uuid:halt_id>/release/", halts.release, name="halt_release"),
    path("<uuid:halt_id>/decline/", halts.decline, name="halt_decline"),
]

halt_doors = [
    path("api/v1/halts", api.Halts.as_view(), name="api_halts"),
    path("api/v1/halts/requests", api.HaltRequests.as_view(), name="api_halt_requests"),
    path("api/v1/halts/<uuid:halt_id>", api.OneHalt.as_view(), name="api_halt"),
    path(
        "api/v1/halts/<uuid:halt_id>/release-request",
        api.ReleaseRequest.as_view(),
        name="api_halt_release_request",
    ),
    path("api/v1/halts/<uuid:halt_id>/release", api.Release.as_view(), name="api_halt_release"),
    path("api/v1/halts/<uuid:halt_id>/decline", api.Decline.as_view(), name="api_halt_decline"),
    path("api/v1/gates/<str:code>", gates.Gate.as_view(), name="api_gate"),
    path("api/v1/gates/<str:code>/safe-state", gates.SafeStateOf.as_view(), name="api_gate_safe_state"),
    path("api/v1/gates/<str:code>/go-live", gates.GoLive.as_view(), name="api_gate_go_live"),
]
