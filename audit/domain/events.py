"""The events that the ledger records about itself."""

from audit.domain.catalogue import EventSpec

LOG_OPENED = EventSpec(
    action="log.opened",
    version=1,
    facts=frozenset({"key"}),
    sentence="Log {key} was opened",
)
PII_ERASED = EventSpec(
    action="pii.erased",
    version=1,
    facts=frozenset({"subject_ref", "count", "legal_basis"}),
    optional=frozenset({"ticket"}),
    sentence="{count} personal values of {subject_ref} were erased ({legal_basis})",
)

MISMATCH_FOUND = EventSpec(
    action="audit.mismatch_found",
    version=1,
    facts=frozenset({"log", "size", "problem"}),
    optional=frozenset({"event_id"}),
    sentence="Log {log} was stopped at {size} entries: {problem}",
)
LOG_RESUMED = EventSpec(
    action="audit.resumed",
    version=1,
    facts=frozenset({"log", "what"}),
    sentence="Log {log} goes on: {what}",
)
CHECKPOINT_SIGNED = EventSpec(
    action="audit.checkpoint",
    version=1,
    facts=frozenset({"log", "size", "root", "note"}),
    sentence="The tree of log {log} was signed at {size} entries",
)
PUBLISHING_STOPPED = EventSpec(
    action="audit.publishing_stopped",
    version=1,
    facts=frozenset({"log", "size", "problem"}),
    optional=frozenset({"witness"}),
    sentence="No more checkpoints of log {log} are signed: {problem}",
)
KEY_ROTATED = EventSpec(
    action="log.key_rotated",
    version=1,
    facts=frozenset({"old_vkey", "new_vkey", "not_before_size", "overlap_until"}),
    sentence="The log is signed with a new key from {not_before_size} entries on, with both until {overlap_until}",
)
KEY_REVOKED = EventSpec(
    action="log.key_revoked",
    version=1,
    facts=frozenset({"old_vkey", "new_vkey", "not_before_size"}),
    sentence="A key of the log was revoked at {not_before_size} entries; a new one takes its place",
)
PROTECTION_CHANGED = EventSpec(
    action="audit.protection_changed",
    version=1,
    facts=frozenset({"differences"}),
    sentence="The protection of the trail is not as it should be: {differences}",
)
EVIDENCE_EXPORTED = EventSpec(
    action="evidence.exported",
    version=1,
    facts=frozenset(
        {"first_index", "end_index", "tree_size", "sha256", "bytes", "bodies", "disclosed", "purpose"}
    ),
    # Events from before it was counted do not say it.
    optional=frozenset({"withheld"}),
    sentence="Entries {first_index} to {end_index} were handed out as evidence: {purpose}",
)

POLICY_SET = EventSpec(
    action="retention.policy_set",
    version=1,
    facts=frozenset(
        {"record_class", "jurisdiction", "keep_days", "was_days", "floor_days", "ceiling_days", "basis"}
    ),
    sentence="Records of the class {record_class} are kept for {keep_days} days ({jurisdiction}: {basis})",
)
HOLD_PLACED = EventSpec(
    action="hold.placed",
    version=1,
    facts=frozenset({"scope", "key"}),
    personal=frozenset({"why"}),
    sentence="A legal hold was placed ({scope}): nothing it covers is erased or removed",
)
HOLD_LIFTED = EventSpec(
    action="hold.lifted",
    version=1,
    facts=frozenset({"scope", "key", "placed_by"}),
    personal=frozenset({"why"}),
    sentence="A legal hold was lifted ({scope})",
)
PERSONAL_PURGED = EventSpec(
    action="retention.purged",
    version=1,
    facts=frozenset(
        {"record_class", "count", "keys", "keep_days", "jurisdictions", "before", "last_index", "tree_size"}
    ),
    sentence="{count} personal values were removed after their {keep_days} days, and {keys} keys destroyed",
)
BODIES_PRUNED = EventSpec(
    action="retention.pruned",
    version=1,
    facts=frozenset(
        {
            "first_index",
            "end_index",
            "entries",
            "entries_in_all",
            "last_leaf",
            "tree_size",
            "root",
            "keep_days",
            "jurisdictions",
            "before",
            "exported",
        }
    ),
    personal=frozenset({"why"}),
    sentence="The texts of {entries} entries, {first_index} to {end_index}, were removed after their {keep_days} days; "
    "their hashes stay",
)
CLOCK_APART = EventSpec(
    action="clock.apart",
    version=1,
    facts=frozenset({"machine", "seconds"}),
    sentence="The clock of {machine} differs from the database’s by {seconds} s",
)
CLOCK_TOGETHER = EventSpec(
    action="clock.together",
    version=1,
    facts=frozenset({"machine", "seconds"}),
    sentence="The clock of {machine} agrees with the database’s again, to {seconds} s",
)
DRILL_RUN = EventSpec(
    action="audit.drill_run",
    version=1,
    facts=frozenset({"entries", "drills", "caught", "missed", "control_clean"}),
    optional=frozenset({"problem"}),
    sentence="Tampering was tried on a copy of {entries} entries in {drills} ways; {caught} were caught",
)

EVENTS = (
    LOG_OPENED,
    PII_ERASED,
    MISMATCH_FOUND,
    LOG_RESUMED,
    CHECKPOINT_SIGNED,
    PUBLISHING_STOPPED,
    KEY_ROTATED,
    KEY_REVOKED,
    PROTECTION_CHANGED,
    EVIDENCE_EXPORTED,
    CLOCK_APART,
    CLOCK_TOGETHER,
    DRILL_RUN,
    POLICY_SET,
    HOLD_PLACED,
    HOLD_LIFTED,
    PERSONAL_PURGED,
    BODIES_PRUNED,
)
