-- Values that a run records in its first strand, without a key: most of what runs record. In the order in which they come, whatever run they are of, so that
-- those of many runs share their pages, however long these runs are, and in few columns: each costs as much as a tenth of a row. v_effects shows them
-- one by one. Written by dev.meshkit.gate; values recorded before this stay in effect, with the
-- permanent failures of others.
CREATE TABLE effect_value (
  id    INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,             -- run.rid << 28 | place in the run << 14 | which repeat of the step
  what  TEXT    NOT NULL,             -- step type@schema
  seal  INTEGER NOT NULL,             -- wall clock, s << 32 | CRC-32C of the value
  value BLOB    NOT NULL
) STRICT;

-- Which of them are those of a run: lists of 256 at most, written when an execution of it ends, and sooner of one that goes on for long.
CREATE TABLE run_value (
  rid   INTEGER NOT NULL,
  since INTEGER NOT NULL,             -- effect_value.id, the first of the list
  ids   TEXT    NOT NULL,             -- JSON, ascending
  PRIMARY KEY (rid, since)
) STRICT, WITHOUT ROWID;

-- While a run is executed: from this effect_value.id on there may be values of it that are in no list yet. Else 0.
ALTER TABLE run ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
