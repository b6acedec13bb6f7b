-- Only the primary key may begin with its columns: PostgreSQL, before a table is
-- analysed, used such an index in place of the key and read all rows of a kind.
DROP INDEX ledger_id;
CREATE INDEX ledger_id ON ledger (target, id);
-- For reading pages in load order.
CREATE INDEX target_order ON target (stream, project, map, ord, ekey);
