-- The tree of each log and its guards on SQLite.

CREATE TABLE audit_leaf (
    log_id smallint NOT NULL,
    idx bigint NOT NULL CHECK (idx >= 0),
    event_id bigint NOT NULL UNIQUE,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (log_id, idx)
) WITHOUT ROWID;
CREATE TABLE audit_tile (
    log_id smallint NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    n bigint NOT NULL CHECK (n >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (log_id, level, n)
);
CREATE TABLE audit_logstate (
    log_id smallint NOT NULL PRIMARY KEY,
    size bigint NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    integrated_at datetime,
    sequencing_stopped text NOT NULL DEFAULT '',
    publishing_stopped text NOT NULL DEFAULT ''
);
CREATE TABLE audit_checkpoint (
    log_id smallint NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,
    created_at datetime NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE TABLE audit_cosignature (
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    log_id smallint NOT NULL,
    size bigint NOT NULL,
    key_name text NOT NULL,
    line text NOT NULL,
    received_at datetime NOT NULL
);
CREATE INDEX audit_cosignature_checkpoint ON audit_cosignature (log_id, size);

CREATE TRIGGER audit_leaf_no_update BEFORE UPDATE ON audit_leaf
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_leaf is refused');
END;
CREATE TRIGGER audit_leaf_no_delete BEFORE DELETE ON audit_leaf
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_leaf is refused');
END;
CREATE TRIGGER audit_leaf_no_replace BEFORE INSERT ON audit_leaf
WHEN EXISTS (SELECT 1 FROM audit_leaf WHERE (log_id = NEW.log_id AND idx = NEW.idx) OR event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_leaf is refused');
END;

CREATE TRIGGER audit_tile_no_update BEFORE UPDATE ON audit_tile
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_tile is refused');
END;
CREATE TRIGGER audit_tile_no_delete BEFORE DELETE ON audit_tile
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_tile is refused');
END;
CREATE TRIGGER audit_tile_no_replace BEFORE INSERT ON audit_tile
WHEN EXISTS (SELECT 1 FROM audit_tile WHERE log_id = NEW.log_id AND level = NEW.level AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_tile is refused');
END;

CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_checkpoint is refused');
END;
CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_checkpoint is refused');
END;
CREATE TRIGGER audit_checkpoint_no_replace BEFORE INSERT ON audit_checkpoint
WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE log_id = NEW.log_id AND size = NEW.size)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_checkpoint is refused');
END;

CREATE TRIGGER audit_cosignature_no_update BEFORE UPDATE ON audit_cosignature
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE of audit_cosignature is refused');
END;
CREATE TRIGGER audit_cosignature_no_delete BEFORE DELETE ON audit_cosignature
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_cosignature is refused');
END;
CREATE TRIGGER audit_cosignature_no_replace BEFORE INSERT ON audit_cosignature
WHEN EXISTS (SELECT 1 FROM audit_cosignature WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_cosignature is refused');
END;

CREATE TRIGGER audit_logstate_only_grows BEFORE UPDATE ON audit_logstate
WHEN NEW.log_id <> OLD.log_id OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: a log that shrinks is refused');
END;
CREATE TRIGGER audit_logstate_no_delete BEFORE DELETE ON audit_logstate
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE of audit_logstate is refused');
END;
CREATE TRIGGER audit_logstate_no_replace BEFORE INSERT ON audit_logstate
WHEN EXISTS (SELECT 1 FROM audit_logstate WHERE log_id = NEW.log_id)
BEGIN
    SELECT RAISE(ABORT, 'The audit trail is append-only: REPLACE of audit_logstate is refused');
END;
