-- Whom an operator of this node has said to be gone for good: what waits for one of them here is dead. Written by dev.meshkit.node.
-- A row goes when an operator takes it back, or the node is seen alive again.
CREATE TABLE forgotten (
  id     TEXT    PRIMARY KEY,                             -- region/name
  at_ms  INTEGER NOT NULL,                                -- wall clock
  actor  TEXT    NOT NULL,
  reason TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
