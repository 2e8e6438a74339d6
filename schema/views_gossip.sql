CREATE VIEW v_peers AS SELECT id, endpoint, gen AS generation, inc AS incarnation,
  CASE rank WHEN 0 THEN 'alive' WHEN 1 THEN 'suspect' WHEN 2 THEN 'dead' ELSE 'left' END AS rank,
  strftime('%Y-%m-%dT%H:%M:%fZ', seen_ms / 1000.0, 'unixepoch') AS seen FROM peer;

-- Whom operators of this node said to be gone for good
CREATE VIEW v_forgotten AS SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS said, actor, reason FROM forgotten;
