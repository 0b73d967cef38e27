"""A million waiting cases, made by the database itself: rows like a real one, so that indexes and lists are as large."""

from django.db import connection, transaction


def fill(process_id: str, count: int) -> None:
    """Copy the newest waiting case of a process until about `count` wait; due times spread over a year."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.interaction_id FROM reviews_case c WHERE c.process_id = %s AND c.state = 'waiting'"
            " ORDER BY c.opened_at DESC LIMIT 1",
            [process_id],
        )
        case, interaction = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM reviews_case WHERE process_id = %s AND state = 'waiting'", [process_id]
        )
        missing = count - cursor.fetchone()[0]
        if missing <= 0:
            return
        cursor.execute(
            "CREATE TEMP TABLE filler ON COMMIT DROP AS SELECT n, gen_random_uuid() AS interaction_id,"
            " gen_random_uuid() AS case_id FROM generate_series(1, %s) AS n",
            [missing],
        )
        copy_row(
            cursor,
            "reviews_interaction",
            interaction,
            {
                "id": "f.interaction_id",
                "correlation_id": "f.interaction_id",
                "external_id": "'filler-' || f.n || '-' || f.interaction_id",
                "received_at": "t.received_at - f.n * interval '7 seconds'",
            },
        )
        copy_row(
            cursor,
            "reviews_routingdecision",
            interaction,
            {"interaction_id": "f.interaction_id"},
            "interaction_id",
        )
        copy_row(
            cursor,
            "reviews_case",
            case,
            {
                "id": "f.case_id",
                "interaction_id": "f.interaction_id",
                "opened_at": "t.opened_at - f.n * interval '7 seconds'",
                "due_at": "t.due_at + f.n * interval '7 seconds'",
            },
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy_row(cursor, table: str, row: object, changes: dict[str, str], key: str = "id") -> None:  # noqa: ANN001
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, filler f WHERE t.{key} = %s", [row]
    )
