CREATE TEMPORARY VIEW users AS SELECT user_id FROM ods.music.likes;
INSERT INTO cdm.music.long_plays SELECT user_id, 1e0, CAST(NULL AS TIMESTAMP(3)) FROM users;
