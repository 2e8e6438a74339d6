-- Which version a subject was given first in an epoch of a change, for whoever asks later why; decisions are not made from it.
-- Written by dev.meshkit.gate, with whatever else it commits. A change keeps its present epoch and the one before.
CREATE TABLE decision (
  change_id TEXT    NOT NULL,
  subject   TEXT    NOT NULL,
  version   INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,                             -- of the entry; 0 without one
  bucket    INTEGER NOT NULL,                             -- 0 to 9999; -1 where it was not asked for
  wall      INTEGER NOT NULL,                             -- wall clock, ms
  PRIMARY KEY (change_id, subject)
) STRICT, WITHOUT ROWID;
