-- The body that stands in qTest while that of an update has been sent and its
-- fate is not known, or came to nothing; null: what was sent stands.
ALTER TABLE ledger ADD COLUMN stood TEXT;
