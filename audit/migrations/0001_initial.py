"""The tables of the trail. The event table and all guards are SQL, one file per database, under sql/."""

import sqlite3
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import audit.domain.ids

SQL = Path(__file__).parent / "sql"


def _run(schema_editor, name):
    connection = schema_editor.connection
    text = (SQL / f"{name.format(vendor=connection.vendor)}.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT quote_ident(current_schema())")
            cursor.execute(text.replace("@schema@", cursor.fetchone()[0]))
        else:
            for statement in _statements(text):
                cursor.execute(statement)


def _statements(text):
    """SQLite takes one statement at a time, and only its own parser knows where a trigger ends."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def make_events(apps, schema_editor):
    _run(schema_editor, "0001_{vendor}")


def unmake_events(apps, schema_editor):
    _run(schema_editor, "0001_{vendor}_undo")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField(unique=True)),
                ("opened_at", models.DateTimeField()),
            ],
            options={"verbose_name": "Log", "base_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("log_id", models.SmallIntegerField()),
            ],
            options={
                "verbose_name": "Pending event",
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["log_id", "event_id"], name="audit_pending_log")],
            },
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("id", models.UUIDField(default=audit.domain.ids.new_id, primary_key=True, serialize=False)),
                ("log", models.TextField()),
                ("subject", models.TextField()),
                ("wrapped_key", models.BinaryField()),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["log", "subject"],
                        condition=models.Q(destroyed_at__isnull=True),
                        name="audit_one_live_key_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped_key=b""),
                        name="audit_destroyed_key_is_empty",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="PrivateValue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event_uid", models.UUIDField()),
                ("field", models.TextField()),
                ("ciphertext", models.BinaryField()),
                (
                    "subject_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="values", to="audit.subjectkey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["event_uid", "field"], name="audit_one_value_per_field")
                ]
            },
        ),
        # Last, because the guards of the log and the queue are made with it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uid", models.UUIDField()),
                        ("log_id", models.SmallIntegerField()),
                        ("body", models.BinaryField()),
                        ("leaf_hash", models.BinaryField()),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("actor_type", models.TextField()),
                        ("actor_id", models.TextField(blank=True)),
                        ("action", models.TextField()),
                        ("object_type", models.TextField()),
                        ("object_id", models.TextField()),
                        ("correlation_id", models.UUIDField(null=True)),
                        ("origin", models.TextField(blank=True)),
                    ],
                    options={"verbose_name": "Event", "base_manager_name": "objects"},
                ),
            ],
            database_operations=[migrations.RunPython(make_events, unmake_events)],
        ),
    ]
