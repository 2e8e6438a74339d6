-- What this node saw; trimmed by count, oldest first.
CREATE TABLE event (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms    INTEGER NOT NULL,                              -- wall clock
  type     TEXT    NOT NULL,
  severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
  scope    TEXT    NOT NULL,
  term     INTEGER NOT NULL,
  subject  TEXT    NOT NULL,
  cause    TEXT    NOT NULL,
  code     TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  data     TEXT    NOT NULL                               -- one name=value a line
) STRICT;
