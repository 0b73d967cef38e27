DROP TABLE audit_leaf, audit_tile, audit_logstate, audit_checkpoint, audit_cosignature;
DROP FUNCTION audit_refuse_shrinking();
