-- What a voter must not forget. The file's identity and its boot count are in meta and progress (001).

-- The hot row: one a scope, one UPDATE a vote. voted NULL is a state of its own: nobody has this term's vote yet.
CREATE TABLE ballot (
  scope       TEXT PRIMARY KEY,
  gen         INTEGER NOT NULL CHECK (gen > 0),
  genesis     BLOB    NOT NULL,
  term        INTEGER NOT NULL CHECK (term >= 0),
  voted       BLOB,             -- region/name in UTF-8
  rec_term    INTEGER NOT NULL, -- the id of the latest record, committed or not
  rec_version INTEGER NOT NULL,
  cap_ms      INTEGER NOT NULL, -- the longest promise this store may have given
  crc         INTEGER NOT NULL  -- CRC-32C of all of the above
) STRICT;

-- The scope records. A body is written when its hash changes; an election alone moves ids only.
CREATE TABLE record (
  scope       TEXT    NOT NULL,
  kind        INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 latest, 1 latest known to be committed
  gen         INTEGER NOT NULL,
  rec_term    INTEGER NOT NULL,
  rec_version INTEGER NOT NULL,
  hash        BLOB    NOT NULL, -- SHA-256 of the content
  body        BLOB    NOT NULL, -- protobuf ScopeRecord
  PRIMARY KEY (scope, kind)
) STRICT;
