-- What every MeshKit database has: who it is, and how far it got.

-- Small facts by key. store_uuid: this file's identity. clean: 1 after an orderly stop. seq, fence: ids below are taken.
CREATE TABLE meta (
  k TEXT PRIMARY KEY,
  i INTEGER,
  t TEXT
) STRICT, WITHOUT ROWID;

-- One row, updated once a commit that changed anything.
CREATE TABLE progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  batch INTEGER NOT NULL,   -- commits so far
  q_ms INTEGER NOT NULL,    -- the queue clock then
  wall_ms INTEGER NOT NULL, -- the wall clock then
  boot INTEGER NOT NULL     -- how often the file was opened
) STRICT;

INSERT INTO progress (one, batch, q_ms, wall_ms, boot) VALUES (1, 0, 0, 0, 0);
