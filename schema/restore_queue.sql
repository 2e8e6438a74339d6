-- Runs once in a database that was made out of a backup: it may hold what was sent already, so nothing leaves it until an operator resumes.
UPDATE queue SET paused = 1, paused_by = 'restore' WHERE name = 'mesh-out';
