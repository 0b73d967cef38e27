"""What was agreed about time and escalation: calendars, escalation paths, service levels; and dated exchange rates."""

from django.db import models

from audit.domain.ids import new_id
from contracts.enums import TargetKind


class BusinessCalendar(models.Model):
    """Opening hours in one zone: `hours` maps weekday "0".."6" to a list of ["09:00", "18:00"]; dated `holidays`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=60)
    hours = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)
    always_open = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class EscalationPath(models.Model):
    """C1: the path of a process for one trigger class (`*` for all), with its levels in order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="paths")
    trigger_class = models.CharField(max_length=30, default="*")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="path_version_once", fields=["process", "trigger_class", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.trigger_class}"


class EscalationLevel(models.Model):
    """One level: a named person with a deputy, and how long they have to acknowledge and to resolve."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.ForeignKey(EscalationPath, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=24)
    person = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+")
    ack_minutes = models.PositiveIntegerField()
    resolve_minutes = models.PositiveIntegerField()
    is_final = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="level_once", fields=["path", "level"]),
            models.CheckConstraint(
                name="level_limits_positive", condition=models.Q(ack_minutes__gt=0, resolve_minutes__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"L{self.level}"


class ServiceLevel(models.Model):
    """A target of the agreement as it reads; attainment is computed elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="service_levels")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=TargetKind.choices())
    target = models.CharField(max_length=40)
    weight = models.DecimalField(max_digits=4, decimal_places=2)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="service_level_once", fields=["process", "name"])]

    def __str__(self) -> str:
        return self.name


class ExchangeRate(models.Model):
    """How many units of `quote` one unit of `base` bought on a day."""

    id = models.BigAutoField(primary_key=True)
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rate_once", fields=["base", "quote", "day"]),
            models.CheckConstraint(name="rate_positive", condition=models.Q(rate__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.day}"
