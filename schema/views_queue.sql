-- Made to be read in a sqlite3 shell: sqlite3 -readonly mesh.db 'SELECT * FROM v_queue'
CREATE VIEW v_lanes AS
SELECT q.name AS queue, l.key AS lane, CASE l.cls WHEN 0 THEN 'control' WHEN 1 THEN 'state' ELSE 'bulk' END AS class,
  l.n_live - l.n_delayed - l.n_leased AS ready, l.n_delayed AS delayed, l.n_leased AS leased, l.n_dead AS dead, l.bytes AS bytes,
  (SELECT CAST(strftime('%s', 'now') AS INTEGER) - t.enq_wall / 1000 FROM task t
    WHERE t.lid = l.lid AND t.st = 0 ORDER BY t.ord LIMIT 1) AS head_age_s,
  CASE WHEN q.paused THEN 'queue paused by ' || q.paused_by WHEN l.paused THEN 'paused by ' || l.paused_by
    WHEN l.hold <> 0 THEN 'held by task ' || l.hold ELSE 'open' END AS state
FROM lane l JOIN queue q ON q.qid = l.qid;

CREATE VIEW v_queue AS
SELECT q.name AS queue, count(l.lid) AS lanes, coalesce(sum(l.n_live - l.n_delayed - l.n_leased), 0) AS ready,
  coalesce(sum(l.n_delayed), 0) AS delayed, coalesce(sum(l.n_leased), 0) AS leased, coalesce(sum(l.n_dead), 0) AS dead,
  coalesce(sum(l.bytes), 0) AS bytes, CASE WHEN q.paused THEN 'paused by ' || q.paused_by ELSE 'open' END AS state
FROM queue q LEFT JOIN lane l ON l.qid = q.qid GROUP BY q.qid;

CREATE VIEW v_tasks AS
SELECT t.seq AS id, q.name AS queue, l.key AS lane, t.kind AS kind,
  CASE WHEN e.seq IS NOT NULL THEN 'leased' WHEN t.st = 1 THEN 'delayed' ELSE 'ready' END AS state,
  coalesce(e.attempt, t.attempt) || '/' || t.max_attempt AS attempt, t.crash AS crashes, t.size AS bytes,
  datetime(t.enq_wall / 1000, 'unixepoch') AS enqueued,
  CASE WHEN t.st = 1 THEN max(0, t.due - p.q_ms) / 1000 END AS due_s,
  e.holder AS holder, CAST(t.errors AS TEXT) AS errors
FROM task t JOIN lane l ON l.lid = t.lid JOIN queue q ON q.qid = l.qid LEFT JOIN lease e ON e.seq = t.seq, progress p;

-- Messages to peers that have no receipt yet; number: what the receiver's v_inbox counts, 0 before the first sending
CREATE VIEW v_outbox AS
SELECT t.seq AS id, l.key AS peer, CASE l.cls WHEN 0 THEN 'control' WHEN 1 THEN 'state' ELSE 'bulk' END AS class, t.kind AS topic,
  CASE WHEN e.seq IS NOT NULL THEN 'sent' WHEN t.st = 1 THEN 'delayed' ELSE 'waiting' END AS state, coalesce(e.origin, t.origin) AS number,
  coalesce(e.attempt, t.attempt) || '/' || t.max_attempt AS attempt, t.size AS bytes, datetime(t.enq_wall / 1000, 'unixepoch') AS enqueued
FROM task t JOIN lane l ON l.lid = t.lid JOIN queue q ON q.qid = l.qid LEFT JOIN lease e ON e.seq = t.seq WHERE q.name = 'mesh-out';

CREATE VIEW v_poison AS
SELECT d.did AS id, d.poison AS poison, q.name AS queue, l.key AS lane, d.seq AS task, d.kind AS kind,
  CASE d.reason WHEN 1 THEN 'exhausted' WHEN 2 THEN 'permanent' WHEN 3 THEN 'crash loop' WHEN 4 THEN 'expired' WHEN 5 THEN 'corrupt'
    WHEN 6 THEN 'peer gone' WHEN 7 THEN 'forgotten' ELSE 'operator' END AS reason,
  d.code AS code, d.why AS why, d.attempts AS attempts, d.crashes AS crashes, d.redrives AS redrives,
  datetime(d.enq_wall / 1000, 'unixepoch') AS enqueued, datetime(d.died_wall / 1000, 'unixepoch') AS died
FROM dead d JOIN queue q ON q.qid = d.qid JOIN lane l ON l.lid = d.lid;

-- What operators had done, and how far it came; left: numbers of the dead it has still to look at.
CREATE VIEW v_jobs AS
SELECT jid AS id, kind, CASE st WHEN 0 THEN 'running' WHEN 1 THEN 'done' ELSE 'stopped' END AS state,
  replace(replace(rtrim(spec, char(10)), char(9), '='), char(10), ' ') AS what, done, upto - cursor AS left,
  actor, reason, datetime(wall / 1000, 'unixepoch') AS began FROM job;

-- What tasks went through, newest last; empty unless [queue] trace is on.
CREATE VIEW v_trace AS
SELECT n, seq AS id, strftime('%Y-%m-%d %H:%M:%f', at_ms / 1000.0, 'unixepoch') AS at, what, attempt, code, why FROM trace;

-- missing: ranges, each from the end of the one before it, and what it has beyond its first: 3+2,4 is 3 to 5 and 9
CREATE VIEW v_inbox AS
SELECT peer, lower(hex(store)) AS store, lane, hi AS highest, CAST(missing AS TEXT) AS missing, forgot,
  datetime(seen_wall / 1000, 'unixepoch') AS last_seen FROM inbox;

CREATE VIEW v_store AS
SELECT p.batch AS batch, datetime(p.wall_ms / 1000, 'unixepoch') AS last_commit, p.boot AS boot,
  (SELECT t FROM meta WHERE k = 'store_uuid') AS store FROM progress p;
