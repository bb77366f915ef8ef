CREATE TABLE long_plays (user_id BIGNT) WITH ('connector' = 'kafka');
CREATE TEMPORARY VIEW good AS SELECT user_id, ms_playd FROM ods.music.plays;
CREATE TEMPORARY VIEW fine AS SELECT user_id FROM ods.music.plays;
INSERT INTO long_plays SELECT user_id FROM good;
INSERT INTO nowhere SELECT user_id FROM fine;
SELEC 1;
SELECT nope FROM fine, ods.music.hidden;
