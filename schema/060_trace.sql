-- What tasks went through, where a queue was told to keep that; trimmed by count and age, oldest first. Written by dev.meshkit.queue.
CREATE TABLE trace (
  n       INTEGER PRIMARY KEY,
  seq     INTEGER NOT NULL,                              -- the task
  at_ms   INTEGER NOT NULL,                              -- wall clock
  what    TEXT    NOT NULL,
  attempt INTEGER NOT NULL,
  code    TEXT    NOT NULL,
  why     TEXT    NOT NULL
) STRICT;
CREATE INDEX trace_seq ON trace (seq, n);
