"""The escalation matrix of a process gets versions: its rows and final decision-makers will belong to one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.domain.ids
import contracts.enums


class Migration(migrations.Migration):
    dependencies = [("contracts", "0006_processes_are_live")]

    operations = [
        migrations.CreateModel(
            name="EscalationMatrix",
            fields=[
                ("id", models.UUIDField(default=audit.domain.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("state", models.CharField(choices=contracts.enums.MatrixState.choices(), default="draft", max_length=12)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("review_by", models.DateField(null=True)),
                ("drafted_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.CharField(blank=True, max_length=300)),
                ("activated_at", models.DateTimeField(null=True)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("edits", models.PositiveIntegerField(default=0)),
                *[
                    (name, models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL))
                    for name in ("author", "proposed_by", "decided_by", "activated_by", "superseded_by")
                ],
                ("based_on", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.escalationmatrix")),
                ("editors", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
                ("process", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="matrices", to="contracts.process")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("process", "version"), name="matrix_version_once"),
                    models.UniqueConstraint(condition=models.Q(("state", "active")), fields=("process",), name="matrix_one_active"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("author__isnull", True),
                            models.Q(("state__in", ["active", "superseded"]), _negated=True),
                            models.Q(("decided_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="matrix_approver_is_not_author",
                    ),
                ],
            },
        ),
        migrations.AddField("escalationpath", "severity", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField(
            "escalationpath",
            "matrix",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="paths", to="contracts.escalationmatrix"),
        ),
        migrations.AddField(
            "finaldecisionrule",
            "matrix",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="final_rules", to="contracts.escalationmatrix"),
        ),
        migrations.AddField(
            "escalationlevel", "channel", models.CharField(choices=contracts.enums.Channel.choices(), default="inbox", max_length=8)
        ),
        migrations.AddField("escalationlevel", "authority", models.CharField(blank=True, max_length=120)),
        migrations.AlterField(
            "escalationlevel",
            "path",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="contracts.escalationpath"),
        ),
        # What is known by the matrix from here on may be empty, so that the way back exists too.
        migrations.AlterField(
            "escalationpath",
            "process",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="paths", to="contracts.process"),
        ),
        migrations.AlterField("escalationpath", "created_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "finaldecisionrule",
            "process",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="final_rules", to="contracts.process"),
        ),
        migrations.AlterField("finaldecisionrule", "created_at", models.DateTimeField(null=True)),
    ]
