-- What the stores of others have shown, by scope: one that shows less later went back in time, or runs twice.
-- Written along with the next vote or record, never for itself: who forgets it only finds out less.
CREATE TABLE peer_seen (
  scope       TEXT    NOT NULL,
  store       BLOB    NOT NULL,
  boot        INTEGER NOT NULL CHECK (boot > 0), -- the latest process that was believed
  nonce       INTEGER NOT NULL,
  term        INTEGER NOT NULL,                  -- the highest it showed as durable
  rec_term    INTEGER NOT NULL,                  -- and the highest record id
  rec_version INTEGER NOT NULL,
  forked      INTEGER NOT NULL CHECK (forked IN (0, 1)), -- 1: there was proof of a copy; no later process is believed
  PRIMARY KEY (scope, store)
) STRICT;
