-- What still runs an old version of a change, before that version is retired. Written by dev.meshkit.gate.

CREATE INDEX run_open ON run (change_id, version) WHERE st IN (0, 3);
