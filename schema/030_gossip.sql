-- Who this node was and whom it knew, so that a restart outranks its past and a mesh outlives its seeds.
CREATE TABLE self (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL,                            -- durable before the first frame of a life
  store      BLOB    NOT NULL                             -- this file's identity when that was written
) STRICT;
CREATE TABLE peer (
  id       TEXT    PRIMARY KEY,
  endpoint TEXT    NOT NULL,                              -- where it last said it is
  gen      INTEGER NOT NULL,
  inc      INTEGER NOT NULL,
  rank     INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 3), -- ALIVE, SUSPECT, DEAD, LEFT
  seen_ms  INTEGER NOT NULL                               -- wall clock
) STRICT, WITHOUT ROWID;
