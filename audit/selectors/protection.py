"""How the tables of the trail are protected right now, as PostgreSQL's own catalogue has it."""

from collections.abc import Sequence

from django.db import connection

from audit.domain import protection
from audit.domain.protection import Table

_TABLES = """
SELECT c.relname, pg_get_userbyid(c.relowner), c.relispartition,
    (SELECT coalesce(json_object_agg(t.tgname, t.tgenabled::text), '{}'::json) FROM pg_trigger t
     WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
    (SELECT coalesce(json_agg(json_build_array(coalesce(r.rolname, 'PUBLIC'), a.privilege_type)), '[]'::json)
     FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee),
    (SELECT coalesce(json_agg(json_build_array(coalesce(r.rolname, 'PUBLIC'), a.privilege_type || '.' || k.attname)),
     '[]'::json)
     FROM pg_attribute k, aclexplode(k.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE k.attrelid = c.oid AND k.attacl IS NOT NULL)
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    AND (c.relname = ANY(%s) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_event'::regclass))
ORDER BY c.relname"""


def tables() -> list[Table]:
    """The tables of the trail with their partitions. Only PostgreSQL has roles; elsewhere there is nothing to see."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(protection.TABLES)])
        rows = cursor.fetchall()
    return [
        Table(
            name=name,
            owner=owner,
            triggers=dict(triggers),
            grants=frozenset((role, right) for role, right in [*whole, *columns] if role != owner),
            partition=partition,
        )
        for name, owner, partition, triggers, whole, columns in rows
    ]


def partitions() -> list[str]:
    """The partitions of the event table."""
    return [table.name for table in tables() if table.partition]


def differences() -> Sequence[str]:
    """What is not protected as it should be, in sentences; nothing where all is well, or where there are no roles."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        user, is_superuser = cursor.fetchone()
    return protection.differences(tables(), user, is_superuser)
