-- The guards of retention on PostgreSQL.

SELECT audit_forbid(target::regclass, operation)
FROM unnest(ARRAY['audit_retentionpolicy', 'audit_pruning']) AS target,
     unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS operation;
SELECT audit_forbid('audit_legalhold', 'DELETE'), audit_forbid('audit_legalhold', 'TRUNCATE');

-- A hold is lifted once; nothing else of it changes.
CREATE FUNCTION audit_refuse_changing_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
        OR (NEW.id, NEW.log, NEW.scope, NEW.key, NEW.reason, NEW.placed_at, NEW.placed_by)
            IS DISTINCT FROM (OLD.id, OLD.log, OLD.scope, OLD.key, OLD.reason, OLD.placed_at, OLD.placed_by) THEN
        RAISE EXCEPTION 'A legal hold can be lifted, once: any other UPDATE of audit_legalhold is refused'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_only_lifts BEFORE UPDATE ON audit_legalhold
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_changing_hold();
ALTER TABLE audit_legalhold ENABLE ALWAYS TRIGGER audit_only_lifts;

-- What is gone does not come back: the index before which texts may be missing only grows, and so does their number.
CREATE FUNCTION audit_refuse_unpruning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entries < 1 OR NEW.first_index < 0 OR NEW.end_index <= NEW.first_index
        OR NEW.entries_in_all <> NEW.entries
            + coalesce((SELECT max(entries_in_all) FROM audit_pruning WHERE log_id = NEW.log_id), 0)
        OR NEW.end_index < coalesce((SELECT max(end_index) FROM audit_pruning WHERE log_id = NEW.log_id), 0) THEN
        RAISE EXCEPTION 'A log is pruned further and never back: this row of audit_pruning is refused'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit_pruning
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_unpruning();
ALTER TABLE audit_pruning ENABLE ALWAYS TRIGGER audit_only_grows;
