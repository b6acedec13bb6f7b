-- For queries by people and other programs.
CREATE VIEW lineage AS
SELECT l.project, l.stream, l.skey AS source_key, l.target, l.kind, l.ekey,
    l.id AS target_id, l.pid AS target_pid, l.state, l.done_at
FROM ledger l;

CREATE VIEW progress AS
SELECT target, project, stream, kind, state, count(*) AS n
FROM ledger
GROUP BY target, project, stream, kind, state;

CREATE VIEW source_count AS
SELECT project, 'folders' AS stream, count(*) AS n, max(pass_seen) AS pass
FROM folder GROUP BY project
UNION ALL
SELECT project, 'test_cases', count(*), max(pass_seen)
FROM test_case GROUP BY project
UNION ALL
SELECT project, 'test_plans', count(*), max(pass_seen)
FROM test_plan GROUP BY project
UNION ALL
SELECT project, 'test_cycles', count(*), max(pass_seen)
FROM test_cycle GROUP BY project
UNION ALL
SELECT project, 'test_executions', count(*), max(pass_seen)
FROM test_execution GROUP BY project;
