"""What was agreed about time and money: business calendars, and dated exchange rates."""

from django.db import models

from audit.domain.ids import new_id


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
