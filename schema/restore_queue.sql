-- Runs once in a database that was made out of a backup: it may hold what was sent already, so nothing leaves it until an operator resumes.
UPDATE queue SET paused = 1, paused_by = 'restore' WHERE name = 'mesh-out';
-- Its identity is another, too: what was sent and died (FORGOTTEN) may have been applied, and nobody would know it again under the new one.
UPDATE dead SET reason = 7 WHERE origin <> 0 AND qid IN (SELECT qid FROM queue WHERE name = 'mesh-out');
