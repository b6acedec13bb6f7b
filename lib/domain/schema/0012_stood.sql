-- The body in qTest while the outcome of an update is unknown, or after an update that
-- failed; NULL: the body in column sent.
ALTER TABLE ledger ADD COLUMN stood TEXT;
