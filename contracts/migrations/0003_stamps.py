"""What is kept between requests is kept under a stamp that never comes again, not under a counter."""

from django.db import migrations, models

import audit.domain.ids


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_once_on_every_database")]

    operations = [
        migrations.RemoveField("process", "version"),
        # Rows that are there share the stamp of this migration: what is kept is kept by row and stamp.
        migrations.AddField(
            "process", "stamp", models.UUIDField(default=audit.domain.ids.new_id, editable=False)
        ),
        migrations.AddField(
            "user", "grants_stamp", models.UUIDField(default=audit.domain.ids.new_id, editable=False)
        ),
    ]
