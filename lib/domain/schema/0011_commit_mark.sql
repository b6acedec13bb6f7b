-- PostgreSQL: the last transaction that each connection committed.  A process that
-- loses its connection during COMMIT reads here whether it took place; the server's
-- transaction ids do not say so, since a lost one is used again after a crash.
CREATE TABLE commit_mark (
	holder		TEXT PRIMARY KEY,
	n		BIGINT NOT NULL,
	at		BIGINT NOT NULL
);
