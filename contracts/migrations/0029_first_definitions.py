from django.db import migrations
from django.utils import timezone


def write_down(apps, schema_editor):
    """What every calendar says now is its first definition."""
    Calendar = apps.get_model("contracts", "BusinessCalendar")
    Definition = apps.get_model("contracts", "CalendarDefinition")
    at = timezone.now()
    for row in Calendar.objects.order_by("pk"):
        Calendar.objects.filter(pk=row.pk).update(days_off=row.holidays)
        Definition.objects.create(
            calendar=row,
            number=1,
            time_zone=row.time_zone,
            hours=row.hours,
            holidays=row.holidays,
            always_open=row.always_open,
            defined_at=at,
            followed_at=at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("contracts", "0028_calendar_definitions"),
    ]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
