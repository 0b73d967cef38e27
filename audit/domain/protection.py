"""Who may do what to the tables of the trail on PostgreSQL, as data: the script that makes it so is written from it.

Four roles. The owner cannot log in and is used for migrations alone; the portal adds events and reads; the sequencer
works the queue and builds the trees; the auditor reads. Nobody but the owner can change or remove what is recorded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OWNER, APP, SEQUENCER, AUDITOR = "audit_owner", "audit_app", "audit_sequencer", "audit_auditor"
ROLES = (OWNER, APP, SEQUENCER, AUDITOR)

EVENT_COLUMNS = (
    "uid",
    "log_id",
    "body",
    "leaf_hash",
    "occurred_at",
    "recorded_at",
    "actor_type",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "correlation_id",
    "origin",
)
WRITTEN_ONCE = (
    "audit_event",
    "audit_log",
    "audit_leaf",
    "audit_tile",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_retentionpolicy",
    "audit_pruning",
)
# Personal values and the keys that seal them: they are erased, and nobody who audits reads them.
VAULT = ("audit_subjectkey", "audit_privatevalue")
TABLES = (*WRITTEN_ONCE, "audit_pending", "audit_logstate", "audit_legalhold", *VAULT, "audit_cursor")
# Without the id: nobody chooses where an event stands.
_ADD_EVENTS = f"INSERT ({', '.join(EVENT_COLUMNS)})"
# What each role may do to each table. The publisher and the alarms record events too.
GRANTS: dict[str, dict[str, tuple[str, ...]]] = {
    APP: {
        "audit_event": ("SELECT", _ADD_EVENTS),
        "audit_log": ("SELECT", "INSERT"),
        "audit_logstate": ("SELECT", "INSERT"),
        "audit_pending": ("SELECT",),
        "audit_leaf": ("SELECT",),
        "audit_tile": ("SELECT",),
        "audit_checkpoint": ("SELECT",),
        "audit_cosignature": ("SELECT",),
        "audit_retentionpolicy": ("SELECT", "INSERT"),
        "audit_legalhold": ("SELECT", "INSERT", "UPDATE"),
        # What is removed, and that it was, is the owner's to do.
        "audit_pruning": ("SELECT",),
        # A key is wrapped, and destroyed by emptying it; its row stays.
        "audit_subjectkey": ("SELECT", "INSERT", "UPDATE"),
        "audit_privatevalue": ("SELECT", "INSERT", "DELETE"),
        "audit_cursor": ("SELECT", "INSERT", "UPDATE"),
    },
    SEQUENCER: {
        "audit_event": ("SELECT", _ADD_EVENTS),
        "audit_log": ("SELECT",),
        "audit_logstate": ("SELECT", "UPDATE"),
        "audit_pending": ("SELECT", "DELETE"),
        "audit_leaf": ("SELECT", "INSERT"),
        "audit_tile": ("SELECT", "INSERT"),
        "audit_checkpoint": ("SELECT", "INSERT"),
        "audit_cosignature": ("SELECT", "INSERT"),
        "audit_retentionpolicy": ("SELECT",),
        "audit_legalhold": ("SELECT",),
        "audit_pruning": ("SELECT",),
    },
    AUDITOR: {table: ("SELECT",) for table in TABLES if table not in VAULT},
}
# The triggers that must be there and fire always, by table; those of the events are on each of its partitions.
GUARDS: dict[str, frozenset[str]] = {
    "audit_event": frozenset({"audit_no_truncate"}),
    "audit_pending": frozenset({"audit_no_update", "audit_no_truncate"}),
    "audit_logstate": frozenset({"audit_only_grows", "audit_no_delete", "audit_no_truncate"}),
    "audit_legalhold": frozenset({"audit_only_lifts", "audit_no_delete", "audit_no_truncate"}),
    **{
        table: frozenset({"audit_no_update", "audit_no_delete", "audit_no_truncate"})
        for table in WRITTEN_ONCE
        if table not in {"audit_event", "audit_pruning"}
    },
    "audit_pruning": frozenset(
        {"audit_no_update", "audit_no_delete", "audit_no_truncate", "audit_only_grows"}
    ),
}
PARTITION_GUARDS = frozenset({"audit_enqueue", "audit_no_update", "audit_no_delete", "audit_no_truncate"})


@dataclass(frozen=True, slots=True)
class Table:
    """What a table of the trail is found to be. `triggers` maps each of ours to how it fires (`A` is always)."""

    name: str
    owner: str
    triggers: dict[str, str]
    # Role and privilege; the columns of a grant on columns alone stand behind a dot.
    grants: frozenset[tuple[str, str]]
    partition: bool = False


def script(app_user: str, partitions: Sequence[str] = ()) -> str:
    """The SQL that brings the roles about: run it as a superuser in one transaction, and again after a migration.

    `app_user` is the login of the portal, which becomes a member of the roles that work; give the sequencer and the
    publisher a login of their own where they can have one.
    """
    return "\n".join([*_script(app_user, partitions), ""])


def _script(app_user: str, partitions: Sequence[str]) -> Iterator[str]:
    for role in ROLES:
        yield (f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;")
    for table in (*TABLES, *partitions):
        yield f"ALTER TABLE {table} OWNER TO {OWNER};"
    yield f"DO $$ BEGIN EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO {OWNER}', current_schema()); END $$;"
    for function in (
        "audit_refuse()",
        "audit_enqueue()",
        "audit_forbid(regclass, text)",
        "audit_make_partition(bigint)",
        "audit_refuse_shrinking()",
        "audit_refuse_changing_hold()",
        "audit_refuse_unpruning()",
    ):
        yield f"ALTER FUNCTION {function} OWNER TO {OWNER};"
    for role, tables in GRANTS.items():
        yield f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$;"
        for table, rights in tables.items():
            yield f"REVOKE ALL ON {table} FROM PUBLIC, {role};"
            yield f"GRANT {', '.join(rights)} ON {table} TO {role};"
    for table in VAULT:
        yield f"REVOKE ALL ON {table} FROM PUBLIC, {SEQUENCER}, {AUDITOR};"
    # Room for events to come is made by a function of the owner's, which does nothing else.
    yield f"GRANT EXECUTE ON FUNCTION audit_make_partition(bigint) TO {APP}, {SEQUENCER};"
    yield f"GRANT USAGE ON SEQUENCE audit_log_id_seq TO {APP};"
    yield f"GRANT SELECT ON SEQUENCE audit_event_id_seq TO {APP}, {SEQUENCER};"
    yield f"GRANT USAGE ON SEQUENCE audit_cosignature_id_seq TO {SEQUENCER};"
    for table in TABLES:
        yield f"REVOKE ALL ON {table} FROM {app_user};"
    yield f"GRANT {APP}, {SEQUENCER} TO {app_user};"


def differences(tables: Sequence[Table], current_user: str, is_superuser: bool) -> list[str]:
    """What is not as it should be, in sentences that can be recorded; nothing where all is well."""
    found = []
    names = {table.name for table in tables}
    found += [f"{name} is missing" for name in TABLES if name not in names]
    if is_superuser:
        found.append(f"the portal logs in as {current_user}, which may do everything")
    for table in tables:
        wanted = PARTITION_GUARDS if table.partition else GUARDS.get(table.name, frozenset())
        found += [f"{table.name} has no trigger {name}" for name in sorted(wanted - table.triggers.keys())]
        found += [
            f"trigger {name} of {table.name} does not fire always"
            for name in sorted(wanted & table.triggers.keys())
            if table.triggers[name] != "A"
        ]
        if table.owner != OWNER:
            found.append(f"{table.name} belongs to {table.owner}, not to {OWNER}")
        may = {
            (role, right) for role, rights in GRANTS.items() for right in _rights(rights.get(table.name, ()))
        }
        extra = sorted(grant for grant in table.grants if grant[0] != OWNER and grant not in may)
        found += [f"{role} has {right} on {table.name}" for role, right in extra if role != table.owner]
        if not table.partition:
            missing = sorted(may - table.grants)
            found += [f"{role} has no {right} on {table.name}" for role, right in missing]
    return found


def _rights(rights: Sequence[str]) -> Iterator[str]:
    """Each privilege of a grant, with its columns written out."""
    for right in rights:
        word, _, columns = right.partition(" (")
        if columns:
            yield from (f"{word}.{column}" for column in columns.rstrip(")").split(", "))
        else:
            yield word
