DROP TABLE audit_event;
DROP TRIGGER audit_pending_no_update;
DROP TRIGGER audit_pending_no_replace;
DROP TRIGGER audit_log_no_update;
DROP TRIGGER audit_log_no_delete;
DROP TRIGGER audit_log_no_replace;
