CREATE VIEW v_events AS SELECT seq, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at, type,
  CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warn' ELSE 'error' END AS severity,
  scope, term, subject, cause, code, text FROM event;
