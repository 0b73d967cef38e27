"""Policies, holds and what was pruned. The guards are SQL, one file per database, under sql/."""

import sqlite3
from pathlib import Path

from django.db import migrations, models

import audit.domain.ids

SQL = Path(__file__).parent / "sql"


def _run(schema_editor, name):
    connection = schema_editor.connection
    text = (SQL / f"{name.format(vendor=connection.vendor)}.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(text)
            return
        pending = ""
        for line in text.splitlines(keepends=True):
            pending += line
            if sqlite3.complete_statement(pending):
                cursor.execute(pending)
                pending = ""


def make_guards(apps, schema_editor):
    _run(schema_editor, "0004_{vendor}")


def unmake_guards(apps, schema_editor):
    _run(schema_editor, "0004_{vendor}_undo")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_projection_cursors"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(default=audit.domain.ids.new_id, primary_key=True, serialize=False)),
                ("log", models.TextField()),
                ("scope", models.TextField()),
                ("key", models.TextField(blank=True)),
                ("reason", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.TextField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.TextField(blank=True, default="")),
                ("lift_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "Legal hold",
                "indexes": [models.Index(fields=["log", "lifted_at"], name="audit_hold_log")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by", "")),
                            models.Q(
                                ("lifted_at__isnull", False), models.Q(("lifted_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="audit_hold_lift_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lifted_by", models.F("placed_by")), _negated=True),
                        name="audit_hold_is_lifted_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), ("scope", "log")),
                            models.Q(
                                models.Q(("scope", "log"), _negated=True),
                                models.Q(("key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_hold_names_what_it_covers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pruning",
            fields=[
                ("tombstone", models.UUIDField(primary_key=True, serialize=False)),
                ("log_id", models.SmallIntegerField()),
                ("first_index", models.BigIntegerField()),
                ("end_index", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("entries_in_all", models.BigIntegerField()),
                ("keep_days", models.PositiveIntegerField()),
                ("pruned_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Pruning",
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["log_id", "entries_in_all"], name="audit_pruning_log")],
            },
        ),
        migrations.CreateModel(
            name="RetentionPolicy",
            fields=[
                ("id", models.UUIDField(default=audit.domain.ids.new_id, primary_key=True, serialize=False)),
                ("log", models.TextField()),
                ("record_class", models.TextField()),
                ("jurisdiction", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("keep_days", models.PositiveIntegerField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.TextField()),
            ],
            options={
                "verbose_name": "Retention policy",
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("log", "record_class", "jurisdiction", "version"),
                        name="audit_one_policy_a_version",
                    )
                ],
            },
        ),
        migrations.RunPython(make_guards, unmake_guards),
    ]
