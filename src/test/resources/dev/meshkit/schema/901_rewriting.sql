-- rewrites
UPDATE thing SET a = a * 10;
INSERT INTO meta (k, i) VALUES ('min_reader', 900);
