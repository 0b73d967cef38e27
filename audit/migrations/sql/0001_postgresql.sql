-- The event table and its guards on PostgreSQL. @schema@ becomes the schema the tables are made in.

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    uid uuid NOT NULL,
    log_id smallint NOT NULL,
    body bytea NOT NULL,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    correlation_id uuid,
    origin text NOT NULL
) PARTITION BY RANGE (id);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

-- The queue is filled by the database itself, so that an event written past the portal is queued too and the portal
-- needs no right on the queue.
CREATE FUNCTION audit_enqueue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, @schema@, pg_temp AS $$
BEGIN
    INSERT INTO @schema@.audit_pending (event_id, log_id) VALUES (NEW.id, NEW.log_id);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit_enqueue() FROM PUBLIC;

-- ENABLE ALWAYS: the triggers also fire under session_replication_role = replica.
CREATE FUNCTION audit_forbid(target regclass, operation text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    guard text := 'audit_no_' || lower(operation);
BEGIN
    EXECUTE format('CREATE TRIGGER %I BEFORE %s ON %s FOR EACH %s EXECUTE FUNCTION audit_refuse()',
        guard, operation, target, CASE operation WHEN 'TRUNCATE' THEN 'STATEMENT' ELSE 'ROW' END);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, guard);
END
$$;

-- Partition n holds the ids from n * 10,000,000 up to the next; NULL makes the one that holds whatever has no other.
-- Says whether it made one. It is built beside the table and attached, which does not stop anybody from inserting.
CREATE FUNCTION audit_make_partition(n bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, @schema@, pg_temp AS $$
DECLARE
    size CONSTANT bigint := 10000000;
    part text := 'audit_event_' || coalesce('p' || lpad(n::text, greatest(4, length(n::text)), '0'), 'rest');
    bounds text := CASE WHEN n IS NULL THEN 'DEFAULT'
                        ELSE format('FOR VALUES FROM (%s) TO (%s)', n * size, (n + 1) * size) END;
BEGIN
    -- One maker at a time; the number is the first eight bytes of SHA-256('audit_make_partition').
    PERFORM pg_advisory_xact_lock(8359078601054159847);
    IF to_regclass(format('@schema@.%I', part)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE @schema@.%I (LIKE @schema@.audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
    EXECUTE format('CREATE UNIQUE INDEX %I ON @schema@.%I (uid)', part || '_uid', part);
    EXECUTE format('CREATE INDEX %I ON @schema@.%I (correlation_id) WHERE correlation_id IS NOT NULL',
        part || '_correlation', part);
    EXECUTE format('CREATE INDEX %I ON @schema@.%I (object_type, object_id)', part || '_object', part);
    EXECUTE format('CREATE INDEX %I ON @schema@.%I (log_id, id)', part || '_log', part);
    PERFORM audit_forbid(part::regclass, 'UPDATE');
    PERFORM audit_forbid(part::regclass, 'DELETE');
    PERFORM audit_forbid(part::regclass, 'TRUNCATE');
    EXECUTE format('CREATE TRIGGER audit_enqueue AFTER INSERT ON @schema@.%I
        FOR EACH ROW EXECUTE FUNCTION audit_enqueue()', part);
    EXECUTE format('ALTER TABLE @schema@.%I ENABLE ALWAYS TRIGGER audit_enqueue', part);
    EXECUTE format('ALTER TABLE @schema@.audit_event ATTACH PARTITION @schema@.%I %s', part, bounds);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION audit_make_partition(bigint) FROM PUBLIC;

SELECT audit_make_partition(NULL), audit_make_partition(0), audit_make_partition(1);
SELECT audit_forbid('audit_event', 'TRUNCATE');
SELECT audit_forbid('audit_pending', 'UPDATE'), audit_forbid('audit_pending', 'TRUNCATE');
SELECT audit_forbid('audit_log', 'UPDATE'), audit_forbid('audit_log', 'DELETE'), audit_forbid('audit_log', 'TRUNCATE');

-- A queue lives on its vacuum: dead rows are what makes taking from it slow.
ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
