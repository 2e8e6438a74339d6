-- rewrites
-- Values, which are most of what runs record, cost less to add: their key is their place, and they have no token, which nobody outside would hear.
-- Written by dev.meshkit.gate.

CREATE TABLE effect_of_081 (
  rid INTEGER NOT NULL,
  step TEXT NOT NULL,                 -- strand/step, or step[key]
  occ INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- place in the strand; 0 of a keyed one
  st INTEGER NOT NULL CHECK (st BETWEEN 0 AND 3),     -- INTENT, OK, FAILED, IN_DOUBT
  mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 3), -- VALUE, LOCAL_TX, IDEMPOTENT, AT_MOST_ONCE
  input BLOB,                         -- SHA-256 of what goes in
  token BLOB,                         -- its name to the outside; NULL of a value in the first strand that has no key of its own
  boot INTEGER NOT NULL DEFAULT 0,    -- INTENT: a call of that start may be out; IN_DOUBT: asked in that start
  tries INTEGER NOT NULL DEFAULT 0,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  crc INTEGER NOT NULL,               -- CRC-32C of value and error
  value BLOB,
  error BLOB,
  wall INTEGER NOT NULL
) STRICT;
INSERT INTO effect_of_081
  SELECT rid, step, occ, n, st, mode, input, iif(mode = 0 AND n > 0 AND instr(step, '/') = 0, NULL, token), boot, tries, type, schema, crc, value, error, wall
  FROM effect ORDER BY rowid;
DROP TABLE effect;
ALTER TABLE effect_of_081 RENAME TO effect;
CREATE UNIQUE INDEX effect_place ON effect (rid, n) WHERE token IS NULL;
CREATE UNIQUE INDEX effect_step ON effect (rid, step, occ) WHERE token IS NOT NULL;
CREATE INDEX effect_open ON effect (boot) WHERE st IN (0, 3);
