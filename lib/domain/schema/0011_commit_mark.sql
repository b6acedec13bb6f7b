-- PostgreSQL: the last transaction that each connection committed.  Who loses
-- the connection over a COMMIT asks here; the server's own transaction ids do
-- not tell after a crash, since one that was lost is given out again.
CREATE TABLE commit_mark (
	holder		TEXT PRIMARY KEY,
	n		BIGINT NOT NULL,
	at		BIGINT NOT NULL
);
