-- The event table and its guards on SQLite: one table, for it has no partitions and one writer at a time.

CREATE TABLE audit_event (
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid char(32) NOT NULL,
    log_id smallint NOT NULL,
    body BLOB NOT NULL,
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
    occurred_at datetime NOT NULL,
    recorded_at datetime NOT NULL,
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    correlation_id char(32),
    origin text NOT NULL
);
CREATE UNIQUE INDEX audit_event_uid ON audit_event (uid);
CREATE INDEX audit_event_correlation ON audit_event (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX audit_event_object ON audit_event (object_type, object_id);
CREATE INDEX audit_event_log ON audit_event (log_id, id);

CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_event is refused');
END;
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_event is refused');
END;
-- REPLACE removes rows without firing delete triggers, so a row that is there must stop the insert itself.
CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id OR uid = NEW.uid)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_event is refused');
END;
CREATE TRIGGER audit_event_enqueue AFTER INSERT ON audit_event
BEGIN
    INSERT INTO audit_pending (event_id, log_id) VALUES (NEW.id, NEW.log_id);
END;

CREATE TRIGGER audit_pending_no_update BEFORE UPDATE ON audit_pending
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_pending is refused');
END;
CREATE TRIGGER audit_pending_no_replace BEFORE INSERT ON audit_pending
WHEN EXISTS (SELECT 1 FROM audit_pending WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_pending is refused');
END;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_log is refused');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_log is refused');
END;
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id OR key = NEW.key)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_log is refused');
END;
