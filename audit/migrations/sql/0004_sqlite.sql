-- The guards of retention on SQLite.

CREATE TRIGGER audit_retentionpolicy_no_update BEFORE UPDATE ON audit_retentionpolicy
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_retentionpolicy is refused');
END;
CREATE TRIGGER audit_retentionpolicy_no_delete BEFORE DELETE ON audit_retentionpolicy
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_retentionpolicy is refused');
END;
CREATE TRIGGER audit_retentionpolicy_no_replace BEFORE INSERT ON audit_retentionpolicy
WHEN EXISTS (SELECT 1 FROM audit_retentionpolicy WHERE id = NEW.id OR (log = NEW.log AND record_class = NEW.record_class
    AND jurisdiction = NEW.jurisdiction AND version = NEW.version))
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_retentionpolicy is refused');
END;

CREATE TRIGGER audit_legalhold_no_delete BEFORE DELETE ON audit_legalhold
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_legalhold is refused');
END;
CREATE TRIGGER audit_legalhold_no_replace BEFORE INSERT ON audit_legalhold
WHEN EXISTS (SELECT 1 FROM audit_legalhold WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_legalhold is refused');
END;
-- A hold is lifted once; nothing else of it changes.
CREATE TRIGGER audit_legalhold_only_lifts BEFORE UPDATE ON audit_legalhold
WHEN OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR NEW.id <> OLD.id OR NEW.log <> OLD.log
    OR NEW.scope <> OLD.scope OR NEW.key <> OLD.key OR NEW.reason <> OLD.reason
    OR NEW.placed_at <> OLD.placed_at OR NEW.placed_by <> OLD.placed_by
BEGIN
    SELECT RAISE(ABORT, 'A legal hold can be lifted, once: any other UPDATE of audit_legalhold is refused');
END;

CREATE TRIGGER audit_pruning_no_update BEFORE UPDATE ON audit_pruning
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_pruning is refused');
END;
CREATE TRIGGER audit_pruning_no_delete BEFORE DELETE ON audit_pruning
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_pruning is refused');
END;
CREATE TRIGGER audit_pruning_no_replace BEFORE INSERT ON audit_pruning
WHEN EXISTS (SELECT 1 FROM audit_pruning WHERE tombstone = NEW.tombstone)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_pruning is refused');
END;
-- What is gone does not come back: the index before which texts may be missing only grows, and so does their number.
CREATE TRIGGER audit_pruning_only_grows BEFORE INSERT ON audit_pruning
WHEN NEW.entries < 1 OR NEW.first_index < 0 OR NEW.end_index <= NEW.first_index
    OR NEW.entries_in_all <> NEW.entries
        + coalesce((SELECT max(entries_in_all) FROM audit_pruning WHERE log_id = NEW.log_id), 0)
    OR NEW.end_index < coalesce((SELECT max(end_index) FROM audit_pruning WHERE log_id = NEW.log_id), 0)
BEGIN
    SELECT RAISE(ABORT, 'A log is pruned further and never back: this row of audit_pruning is refused');
END;
