-- Made to be read in a sqlite3 shell: sqlite3 -readonly mesh.db 'SELECT * FROM v_gates'
CREATE VIEW v_gates AS
SELECT g.change_id AS change, g.scope AS scope, g.version AS version, g.prior AS prior, g.min_v || '..' || g.max_v AS allowed,
  printf('%.2f %%', g.basis_points / 100.0) || CASE WHEN g.include = '' THEN '' ELSE ' with ' || replace(g.include, char(10), ', ') END
    || CASE WHEN g.exclude = '' THEN '' ELSE ' without ' || replace(g.exclude, char(10), ', ') END || CASE WHEN g.frozen THEN ' frozen' ELSE '' END AS rollout,
  g.epoch AS epoch, s.rec_generation || '/' || s.rec_term || '.' || s.rec_version AS record,
  g.rec_generation || '/' || g.rec_term || '.' || g.rec_version AS came_with,
  (SELECT count(*) FROM run r WHERE r.change_id = g.change_id AND r.st IN (0, 3) AND r.version <> g.version) AS other_runs,
  (SELECT h.actor || ': ' || h.reason FROM gate_log h WHERE h.change_id = g.change_id ORDER BY h.id DESC LIMIT 1) AS last_change
FROM gate g JOIN gate_scope s ON s.scope = g.scope;

CREATE VIEW v_runs AS
SELECT r.rid AS id, r.change_id AS change, r.subject AS subject, r.run_key AS key, r.version AS version, r.epoch AS epoch,
  CASE r.st WHEN 0 THEN 'open' WHEN 1 THEN 'done' WHEN 2 THEN 'failed' WHEN 3 THEN 'parked' ELSE 'abandoned' END AS state,
  (SELECT count(*) FROM effect e WHERE e.rid = r.rid AND e.token IS NULL) + (SELECT count(*) FROM effect e WHERE e.rid = r.rid AND e.token IS NOT NULL)
    + (SELECT coalesce(sum(json_array_length(l.ids)), 0) FROM run_value l WHERE l.rid = r.rid)
    + coalesce(u.values_unlisted, 0) AS effects, r.gone AS forgotten, r.build AS build,
  datetime(r.began_wall / 1000, 'unixepoch') AS began, CASE WHEN r.ended_wall > 0 THEN datetime(r.ended_wall / 1000, 'unixepoch') END AS ended
FROM run r LEFT JOIN (
  SELECT x.rid AS rid, count(*) AS values_unlisted FROM effect_value v JOIN run x ON x.rid = v.place >> 28 AND x.since > 0 AND v.id >= x.since
  WHERE v.id >= (SELECT min(since) FROM run WHERE since > 0) GROUP BY x.rid) u ON u.rid = r.rid;

CREATE VIEW v_effects AS
SELECT r.change_id || '::v' || r.version || '::' || r.run_key AS run, e.n AS n, e.step || CASE WHEN e.occ > 1 THEN '#' || e.occ ELSE '' END AS step,
  CASE e.mode WHEN 0 THEN 'value' WHEN 1 THEN 'local-tx' WHEN 2 THEN 'idempotent' ELSE 'at-most-once' END AS mode,
  CASE e.st WHEN 0 THEN 'intent' WHEN 1 THEN 'ok' WHEN 2 THEN 'failed' ELSE 'in-doubt' END AS state, e.tries AS tries,
  lower(hex(e.token)) AS token, e.type || '@' || e.schema AS type, length(e.value) AS bytes, CAST(e.error AS TEXT) AS error,
  datetime(e.wall / 1000, 'unixepoch') AS at
FROM effect e JOIN run r ON r.rid = e.rid
UNION ALL
SELECT r.change_id || '::v' || r.version || '::' || r.run_key, v.place >> 14 & 16383,
  substr(v.what, 1, instr(v.what, ' ') - 1) || CASE WHEN v.place & 16383 > 1 THEN '#' || (v.place & 16383) ELSE '' END, 'value', 'ok', 0, '',
  substr(v.what, instr(v.what, ' ') + 1), length(v.value), NULL, datetime(v.seal >> 32 & 4294967295, 'unixepoch')
FROM effect_value v JOIN run r ON r.rid = v.place >> 28;

CREATE VIEW v_decisions AS
SELECT d.change_id AS change, d.subject AS subject, d.version AS version, d.epoch AS epoch, CASE WHEN d.bucket >= 0 THEN d.bucket END AS bucket,
  datetime(d.wall / 1000, 'unixepoch') AS first_at
FROM decision d;
