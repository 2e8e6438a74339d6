-- Runs in a salvaged database before it is mended: which table lacks rows that others count, how many, and where.
SELECT 'task', l.n_live - coalesce(c.n, 0), q.name || ' ' || l.key || '/' || l.class
FROM (SELECT *, CASE cls WHEN 0 THEN 'control' WHEN 1 THEN 'state' ELSE 'bulk' END AS class FROM lane) AS l JOIN queue q ON q.qid = l.qid
  LEFT JOIN (SELECT lid, count(*) AS n FROM task GROUP BY lid) AS c ON c.lid = l.lid WHERE l.n_live > coalesce(c.n, 0)
UNION ALL
SELECT 'lease', l.n_leased - coalesce(c.n, 0), q.name || ' ' || l.key || '/' || l.class
FROM (SELECT *, CASE cls WHEN 0 THEN 'control' WHEN 1 THEN 'state' ELSE 'bulk' END AS class FROM lane) AS l JOIN queue q ON q.qid = l.qid
  LEFT JOIN (SELECT t.lid AS lid, count(*) AS n FROM lease e JOIN task t ON t.seq = e.seq GROUP BY t.lid) AS c ON c.lid = l.lid
WHERE l.n_leased > coalesce(c.n, 0)
UNION ALL
SELECT 'dead', l.n_dead - coalesce(c.n, 0), q.name || ' ' || l.key || '/' || l.class
FROM (SELECT *, CASE cls WHEN 0 THEN 'control' WHEN 1 THEN 'state' ELSE 'bulk' END AS class FROM lane) AS l JOIN queue q ON q.qid = l.qid
  LEFT JOIN (SELECT lid, count(*) AS n FROM dead GROUP BY lid) AS c ON c.lid = l.lid WHERE l.n_dead > coalesce(c.n, 0)
UNION ALL
SELECT 'task_blob', count(*), 'bodies of tasks' FROM task WHERE body IS NULL AND seq NOT IN (SELECT seq FROM task_blob) HAVING count(*) > 0
UNION ALL
SELECT 'effect_value', count(*), 'values of runs' FROM run_value l CROSS JOIN json_each(l.ids) i
WHERE NOT EXISTS (SELECT 1 FROM effect_value v WHERE v.id = i.value AND v.place >> 28 = l.rid) HAVING count(*) > 0
UNION ALL
SELECT 'run_value', count(*), 'values that no list has' FROM effect_value v JOIN run r ON r.rid = v.place >> 28 AND (r.since = 0 OR v.id < r.since)
WHERE v.id NOT IN (SELECT i.value FROM run_value l CROSS JOIN json_each(l.ids) i) HAVING count(*) > 0
