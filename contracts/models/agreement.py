"""What was agreed about time and money: business calendars, and dated exchange rates."""

from django.db import models

from audit.domain.ids import new_id


class BusinessCalendar(models.Model):
    """Opening hours in one zone: `hours` maps weekday "0".."6" to a list of ["09:00", "18:00"]; dated `holidays`.

    It stands here as it counts now; what counted before is in its definitions. `holidays` holds every day off: the public
    ones of `country`, written down up to the end of `holidays_until`, without those in `worked`, and the `days_off` that were
    agreed beside them. `names` says what a day is called.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    # Whose people defined it; none: it came with the portal.
    organisation = models.ForeignKey(
        "contracts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="calendars"
    )
    time_zone = models.CharField(max_length=60)
    hours = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)
    always_open = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=20, blank=True)
    holidays_until = models.PositiveSmallIntegerField(null=True, blank=True)
    days_off = models.JSONField(default=list)
    worked = models.JSONField(default=list)
    names = models.JSONField(default=dict)
    # The number of the definition that counts.
    number = models.PositiveIntegerField(default=1)
    # When its public holidays could not be written down for years to come, and somebody was told.
    not_extended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="calendar_name_once_each", fields=["organisation", "name"]),
            models.UniqueConstraint(
                name="calendar_name_once_without_owner",
                fields=["name"],
                condition=models.Q(organisation__isnull=True),
            ),
            models.CheckConstraint(
                name="calendar_country_has_years",
                condition=models.Q(country="") | models.Q(holidays_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDefinition(models.Model):
    """What a calendar said from a moment on. None is ever changed: clocks that began under it count with it.

    `followed_at`: since when the clocks that were running go by it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="definitions")
    number = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=60)
    hours = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)
    always_open = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    defined_at = models.DateTimeField()
    # None: the portal, which writes down the public holidays of years to come.
    defined_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    followed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="calendar_definition_once", fields=["calendar", "number"]),
        ]
        indexes = [
            models.Index(
                name="calendar_to_follow",
                fields=["defined_at"],
                condition=models.Q(followed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.number}"


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
