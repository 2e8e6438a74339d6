-- Durable tasks in lanes, who holds them, the dead, and what was received. Written by dev.meshkit.queue.
-- Times: *_wall and at_wall are milliseconds of the wall clock; due and exp are milliseconds of the queue clock (progress.q_ms).

CREATE TABLE queue (
  qid INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  poison TEXT NOT NULL,             -- where its dead are listed
  options TEXT NOT NULL,            -- as it was last opened, for people
  paused INTEGER NOT NULL DEFAULT 0,
  paused_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE lane (
  lid INTEGER PRIMARY KEY,
  qid INTEGER NOT NULL,
  key TEXT NOT NULL,
  cls INTEGER NOT NULL CHECK (cls BETWEEN 0 AND 2),   -- CONTROL, STATE, BULK
  mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 1), -- STRICT, RELAXED
  weight INTEGER NOT NULL DEFAULT 1,
  paused INTEGER NOT NULL DEFAULT 0,
  paused_by TEXT NOT NULL DEFAULT '',
  hold INTEGER NOT NULL DEFAULT 0,  -- the task whose pause blocks the lane
  next_origin INTEGER NOT NULL,     -- the next number to be given at a first lease
  n_live INTEGER NOT NULL DEFAULT 0,
  n_delayed INTEGER NOT NULL DEFAULT 0,
  n_leased INTEGER NOT NULL DEFAULT 0,
  n_dead INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (qid, key, cls)
) STRICT;

CREATE TABLE task (
  seq INTEGER PRIMARY KEY,          -- identity, for life
  lid INTEGER NOT NULL,
  ord INTEGER NOT NULL,             -- place in the lane
  st INTEGER NOT NULL CHECK (st BETWEEN 0 AND 1),     -- READY, DELAYED; leased is READY with a row in lease
  due INTEGER NOT NULL DEFAULT 0,
  at_wall INTEGER NOT NULL DEFAULT 0,
  exp INTEGER NOT NULL DEFAULT 0,
  drops INTEGER NOT NULL DEFAULT 0, -- at exp: 0 to the dead, 1 dropped
  origin INTEGER NOT NULL DEFAULT 0,-- its number in the lane, 0 before the first lease
  attempt INTEGER NOT NULL DEFAULT 0,
  crash INTEGER NOT NULL DEFAULT 0,
  max_attempt INTEGER NOT NULL,
  redrives INTEGER NOT NULL DEFAULT 0,
  enq_wall INTEGER NOT NULL,
  kind TEXT NOT NULL,
  dedup TEXT,
  coal TEXT,
  codec INTEGER NOT NULL,
  crc INTEGER NOT NULL,             -- CRC-32C of the body
  size INTEGER NOT NULL,
  headers BLOB,
  body BLOB,                        -- NULL: it is in task_blob
  errors BLOB
) STRICT;
CREATE INDEX task_ready ON task (lid, ord) WHERE st = 0;
CREATE INDEX task_due ON task (due) WHERE st = 1;
CREATE UNIQUE INDEX task_dedup ON task (lid, dedup) WHERE dedup IS NOT NULL;
CREATE INDEX task_coal ON task (lid, coal) WHERE coal IS NOT NULL;

CREATE TABLE task_blob (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

-- One small row a lease, so that leasing dirties neither payload pages nor the ready index.
CREATE TABLE lease (
  seq INTEGER PRIMARY KEY,
  fence INTEGER NOT NULL,           -- only grows; only the newest settles
  boot INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  until_wall INTEGER NOT NULL,      -- for people: the deadline itself is kept in memory
  holder TEXT NOT NULL
) STRICT;

CREATE TABLE dead (
  did INTEGER PRIMARY KEY AUTOINCREMENT,
  poison TEXT NOT NULL,
  qid INTEGER NOT NULL,
  lid INTEGER NOT NULL,
  seq INTEGER NOT NULL UNIQUE,
  origin INTEGER NOT NULL,
  reason INTEGER NOT NULL CHECK (reason BETWEEN 1 AND 8),
  code TEXT NOT NULL,
  why TEXT NOT NULL,
  stack BLOB,
  attempts INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  redrives INTEGER NOT NULL,
  max_attempt INTEGER NOT NULL,
  enq_wall INTEGER NOT NULL,
  died_wall INTEGER NOT NULL,
  kind TEXT NOT NULL,
  codec INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  size INTEGER NOT NULL,
  headers BLOB,
  body BLOB,
  errors BLOB
) STRICT;
CREATE INDEX dead_list ON dead (poison, did);
CREATE INDEX dead_reason ON dead (poison, reason, did);

CREATE TABLE poison_reader (
  poison TEXT NOT NULL,
  name TEXT NOT NULL,
  did INTEGER NOT NULL,
  PRIMARY KEY (poison, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  jid INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  spec TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  upto INTEGER NOT NULL,
  done INTEGER NOT NULL,
  st INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  wall INTEGER NOT NULL
) STRICT;

CREATE TABLE dedup (
  lid INTEGER NOT NULL,
  key TEXT NOT NULL,
  seq INTEGER NOT NULL,
  exp INTEGER NOT NULL,
  PRIMARY KEY (lid, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedup_exp ON dedup (exp);

CREATE TABLE once (token BLOB PRIMARY KEY, exp INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX once_exp ON once (exp);

-- What was applied of what a peer's store sent: everything up to hi except missing, which is empty or ascending ranges: `3+2,4` is 3 to 5 and 9.
CREATE TABLE inbox (
  peer TEXT NOT NULL,
  store BLOB NOT NULL,
  lane TEXT NOT NULL,
  hi INTEGER NOT NULL,
  missing BLOB NOT NULL,
  forgot INTEGER NOT NULL,          -- at or below it nobody knows any more
  seen_wall INTEGER NOT NULL,
  PRIMARY KEY (peer, store, lane)
) STRICT, WITHOUT ROWID;
