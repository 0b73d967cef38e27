"""Processes that worked before there was a gate are live, and people take over when they are halted (W2)."""

from django.db import migrations
from django.db.models import F


def forward(apps, schema_editor):
    processes = apps.get_model("contracts", "Process").objects
    processes.filter(went_live_at__isnull=True).update(went_live_at=F("created_at"))
    processes.filter(safe_state="").update(safe_state="hold")


def backward(apps, schema_editor):
    apps.get_model("contracts", "Process").objects.update(went_live_at=None, safe_state="")


class Migration(migrations.Migration):

    dependencies = [("contracts", "0005_halts")]

    operations = [migrations.RunPython(forward, backward)]
