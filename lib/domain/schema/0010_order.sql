-- No index but the primary key begins as that does: PostgreSQL, while it knows
-- little of a table, took such a one for the key and walked all of a kind.
DROP INDEX ledger_id;
CREATE INDEX ledger_id ON ledger (target, id);
-- What is read by pages in load order.
CREATE INDEX target_order ON target (stream, project, map, ord, ekey);
