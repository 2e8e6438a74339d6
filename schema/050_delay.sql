-- A queue must not walk over the delayed tasks of another queue of its file, and a lane finds the first of its own. Written by dev.meshkit.queue.
ALTER TABLE task ADD COLUMN qid INTEGER NOT NULL DEFAULT 0; -- the queue whose clock it waits for; means nothing while it waits for none
UPDATE task SET qid = (SELECT l.qid FROM lane l WHERE l.lid = task.lid) WHERE st = 1;
DROP INDEX task_due;
CREATE INDEX task_due ON task (qid, due) WHERE st = 1;
CREATE INDEX task_delayed ON task (lid, ord) WHERE st = 1;
