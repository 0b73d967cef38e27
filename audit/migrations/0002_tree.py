"""The tables of the tree. As with the events, tables and guards are SQL, one file per database, under sql/."""

import hashlib
import sqlite3
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
EMPTY_ROOT = hashlib.sha256(b"").digest()


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


def make_tree(apps, schema_editor):
    _run(schema_editor, "0002_{vendor}")
    # Logs that were opened before there was a tree begin it empty; their events wait in the queue.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_logstate (log_id, size, root) SELECT id, 0, %s FROM audit_log", [EMPTY_ROOT]
        )


def unmake_tree(apps, schema_editor):
    _run(schema_editor, "0002_{vendor}_undo")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "log_id", "index", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("log_id", models.SmallIntegerField()),
                        ("index", models.BigIntegerField(db_column="idx")),
                        ("event_id", models.BigIntegerField(unique=True)),
                        ("hash", models.BinaryField()),
                    ],
                    options={"verbose_name": "Leaf", "base_manager_name": "objects"},
                ),
                migrations.CreateModel(
                    name="Tile",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "log_id", "level", "n", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("log_id", models.SmallIntegerField()),
                        ("level", models.SmallIntegerField()),
                        ("n", models.BigIntegerField()),
                        ("hashes", models.BinaryField()),
                        ("root", models.BinaryField()),
                    ],
                    options={"verbose_name": "Tile", "base_manager_name": "objects"},
                ),
                migrations.CreateModel(
                    name="LogState",
                    fields=[
                        ("log_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                        ("size", models.BigIntegerField(default=0)),
                        ("root", models.BinaryField()),
                        ("integrated_at", models.DateTimeField(null=True)),
                        ("sequencing_stopped", models.TextField(blank=True, default="")),
                        ("publishing_stopped", models.TextField(blank=True, default="")),
                    ],
                    options={"verbose_name": "State of a log"},
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "log_id", "size", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("log_id", models.SmallIntegerField()),
                        ("size", models.BigIntegerField()),
                        ("root", models.BinaryField()),
                        ("note", models.BinaryField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={"verbose_name": "Checkpoint", "base_manager_name": "objects"},
                ),
                migrations.CreateModel(
                    name="Cosignature",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("log_id", models.SmallIntegerField()),
                        ("size", models.BigIntegerField()),
                        ("key_name", models.TextField()),
                        ("line", models.TextField()),
                        ("received_at", models.DateTimeField()),
                    ],
                    options={"verbose_name": "Cosignature", "base_manager_name": "objects"},
                ),
            ],
            database_operations=[migrations.RunPython(make_tree, unmake_tree)],
        ),
    ]
