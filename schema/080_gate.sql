-- Which version of each change was committed, the runs of their branches, and what those have done. Written by dev.meshkit.gate.
-- Times: wall is milliseconds of the wall clock, exp of the queue clock (progress.q_ms).

-- The scope record that was adopted last, whether or not it holds an entry: an older one changes nothing.
CREATE TABLE gate_scope (
  scope TEXT NOT NULL PRIMARY KEY,
  rec_generation INTEGER NOT NULL,
  rec_term INTEGER NOT NULL,
  rec_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gate (
  change_id TEXT NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL,
  version INTEGER NOT NULL,
  prior INTEGER NOT NULL,             -- what those run whom the rollout has not reached
  min_v INTEGER NOT NULL,
  max_v INTEGER NOT NULL,
  basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
  include TEXT NOT NULL,              -- patterns of subjects, one a line
  exclude TEXT NOT NULL,
  frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
  epoch INTEGER NOT NULL,
  rec_generation INTEGER NOT NULL,    -- the record that it first came with
  rec_term INTEGER NOT NULL,
  rec_version INTEGER NOT NULL,
  wall INTEGER NOT NULL,
  CHECK (min_v <= prior AND version BETWEEN min_v AND max_v)
) STRICT, WITHOUT ROWID;

CREATE TABLE gate_log (
  id INTEGER PRIMARY KEY,
  change_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  was TEXT NOT NULL,
  now TEXT NOT NULL,
  wall INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX gate_log_change ON gate_log (change_id, id);

CREATE TABLE run (
  rid INTEGER PRIMARY KEY,
  change_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  run_key TEXT NOT NULL,
  version INTEGER NOT NULL,           -- its own to its end
  epoch INTEGER NOT NULL,
  st INTEGER NOT NULL CHECK (st BETWEEN 0 AND 4),     -- OPEN, DONE, FAILED, PARKED, ABANDONED
  build TEXT NOT NULL,                -- that began it
  began_wall INTEGER NOT NULL,
  ended_wall INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,    -- 1: its effects were removed, its name is kept
  exp INTEGER NOT NULL DEFAULT 0,
  UNIQUE (change_id, run_key)
) STRICT;
CREATE INDEX run_exp ON run (exp) WHERE exp > 0;

CREATE TABLE effect (
  rid INTEGER NOT NULL,
  step TEXT NOT NULL,                 -- strand/step, or step[key]
  occ INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- place in the strand; 0 of a keyed one
  st INTEGER NOT NULL CHECK (st BETWEEN 0 AND 3),     -- INTENT, OK, FAILED, IN_DOUBT
  mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 3), -- VALUE, LOCAL_TX, IDEMPOTENT, AT_MOST_ONCE
  input BLOB,                         -- SHA-256 of what goes in
  token BLOB NOT NULL,
  boot INTEGER NOT NULL,              -- INTENT: a call of that start may be out; IN_DOUBT: asked in that start
  tries INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  crc INTEGER NOT NULL,               -- CRC-32C of value and error
  value BLOB,
  error BLOB,
  wall INTEGER NOT NULL,
  UNIQUE (rid, step, occ)             -- and rows in the order in which they come: those of many runs share their pages
) STRICT;
CREATE INDEX effect_open ON effect (boot) WHERE st IN (0, 3);
