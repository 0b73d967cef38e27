"""Whoever closes an escalation says what it taught (C6); of those closed before nothing is known, so nothing was learned."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def nothing_learned(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    closed = apps.get_model("reviews", "Escalation").objects.filter(resolved_at__isnull=False)
    closed.update(learning="none")


class Migration(migrations.Migration):
    dependencies = [
        ('reviews', '0008_suspended'),
    ]

    operations = [
        migrations.AddField(
            model_name='escalation',
            name='learning',
            field=models.CharField(blank=True, choices=[('rule_change', 'Change a rule'), ('sop', 'Change the procedure'), ('training', 'Train somebody'), ('none', 'Nothing to learn')], max_length=12),
        ),
        migrations.RunPython(nothing_learned, migrations.RunPython.noop),
    ]
