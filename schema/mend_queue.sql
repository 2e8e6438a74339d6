-- needs meta progress queue lane self fence run effect effect_value run_value
-- Runs once in a database that was salvaged and lost rows of other tables: what is left must agree with itself.
UPDATE queue SET paused_by = 'damage' WHERE name = 'mesh-out';
DELETE FROM task WHERE body IS NULL AND seq NOT IN (SELECT seq FROM task_blob);
DELETE FROM task_blob WHERE seq NOT IN (SELECT seq FROM task);
DELETE FROM lease WHERE seq NOT IN (SELECT seq FROM task);
UPDATE lane SET hold = 0 WHERE hold <> 0 AND hold NOT IN (SELECT seq FROM task);
UPDATE lane SET n_live = 0, n_delayed = 0, n_leased = 0, n_dead = 0, bytes = 0;
UPDATE lane SET n_live = c.n, n_delayed = c.later, bytes = c.bytes FROM
  (SELECT lid, count(*) AS n, sum(st) AS later, sum(size) AS bytes FROM task GROUP BY lid) AS c WHERE c.lid = lane.lid;
UPDATE lane SET n_leased = c.n FROM
  (SELECT t.lid AS lid, count(*) AS n FROM lease e JOIN task t ON t.seq = e.seq GROUP BY t.lid) AS c WHERE c.lid = lane.lid;
UPDATE lane SET n_dead = c.n FROM (SELECT lid, count(*) AS n FROM dead GROUP BY lid) AS c WHERE c.lid = lane.lid;
