DROP TABLE audit_leaf;
DROP TABLE audit_tile;
DROP TABLE audit_checkpoint;
DROP TABLE audit_cosignature;
DROP TABLE audit_logstate;
