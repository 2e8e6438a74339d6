-- The newest fence that each protected thing has seen: what comes with an older one changes nothing. Written by dev.meshkit.store.
-- In mesh.db, in the transaction of what it protects; a row is never removed: without it a leader of long ago would be let in again.
CREATE TABLE fence (
  scope TEXT NOT NULL,    -- what is led
  res TEXT NOT NULL,      -- what is protected, by a name of its owner's
  gen INTEGER NOT NULL,   -- compared first
  term INTEGER NOT NULL,
  PRIMARY KEY (scope, res)
) STRICT, WITHOUT ROWID;
