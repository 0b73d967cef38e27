"""Halts (W1): what is halted, how far, by whom, since when — and who let it go on."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.transitions import HALT, final_states
from contracts.enums import Degree, HaltCause, HaltScope, HaltState

RUNNING = [HaltState.ENGAGED, HaltState.RELEASE_REQUESTED]
# Which keys a scope needs, and which it may have beside them.
_NEEDED = {
    HaltScope.ALL: (),
    HaltScope.CLIENT: ("client",),
    HaltScope.PROCESS: ("process",),
    HaltScope.STEP: ("step",),
    HaltScope.MODEL: ("model_version",),
}
_OPTIONAL = {HaltScope.MODEL: ("client",)}


def _whole() -> models.Q:
    """Exactly the keys that the scope needs are there."""
    allowed = models.Q()
    for scope, needed in _NEEDED.items():
        one = models.Q(scope=scope)
        for name in ("client", "process", "step", "model_version"):
            if name not in _OPTIONAL.get(scope, ()):
                one &= models.Q(**{f"{name}__isnull": name not in needed})
        allowed |= one
    return allowed


def _signed(name: str) -> models.Q:
    return models.Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})


class Halt(models.Model):
    """One halt, from the moment somebody asked for it.

    `key` names what is halted as one text, so that a scope is halted once by each degree, and once more by a drill: a
    stricter halt is never refused because a milder one runs. `effective_at` is when the last that was under way under
    the old terms had ended. `checks` are the statements with which the release was asked for; until `watch_until`
    everything in the scope goes to a person (W3).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=8, choices=HaltScope.choices())
    client = models.ForeignKey(
        "contracts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="halts"
    )
    process = models.ForeignKey(
        "contracts.Process", null=True, blank=True, on_delete=models.PROTECT, related_name="halts"
    )
    step = models.ForeignKey(
        "contracts.ProcessStep", null=True, blank=True, on_delete=models.PROTECT, related_name="halts"
    )
    model_version = models.ForeignKey(
        "contracts.ModelVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="halts"
    )
    key = models.CharField(max_length=100)
    degree = models.CharField(max_length=8, choices=Degree.choices())
    cause = models.CharField(max_length=10, choices=HaltCause.choices())
    reason = models.CharField(max_length=500)
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=HaltState.choices(), default=HaltState.ENGAGED)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    engaged_at = models.DateTimeField(null=True, blank=True)
    engaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_at = models.DateTimeField(null=True, blank=True)
    release_requested_at = models.DateTimeField(null=True, blank=True)
    release_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checks = models.JSONField(default=list)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    watch_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="halt_scope_is_whole", condition=_whole()),
            models.UniqueConstraint(
                name="halt_runs_once",
                fields=["key", "degree", "drill"],
                condition=models.Q(state__in=RUNNING),
            ),
            models.CheckConstraint(
                name="halt_is_released_by_another",
                condition=models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("engaged_by")),
            ),
            models.CheckConstraint(
                name="halt_engagement_is_signed",
                condition=models.Q(state__in=[HaltState.REQUESTED, HaltState.DECLINED]) | _signed("engaged"),
            ),
            models.CheckConstraint(
                name="halt_release_is_signed",
                condition=~models.Q(state=HaltState.RELEASED) | _signed("released"),
            ),
        ]
        indexes = [
            models.Index(
                name="halt_running",
                fields=["state"],
                condition=~models.Q(state__in=sorted(final_states(HALT))),
            ),
            models.Index(name="halt_recent", fields=["-requested_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.degree}"
