CREATE TABLE long_plays (user_id BIGINT, seconds DOUBLE) WITH ('connector' = 'kafka', 'connection' = 'broker', 'topic' = 'long', 'format' = 'json');
CREATE TEMPORARY VIEW good AS SELECT user_id, ms_played / 1000.0e0 AS seconds, ts FROM ods.music.plays WHERE event = 'play';
CREATE TEMPORARY VIEW better AS WITH g AS (SELECT * FROM good) SELECT g.user_id, seconds FROM g JOIN ods.music.likes AS l ON g.user_id = l.user_id AND l.ts BETWEEN g.ts - INTERVAL '1' HOUR AND g.ts;
EXECUTE STATEMENT SET BEGIN
  INSERT INTO long_plays SELECT user_id, seconds FROM better;
  INSERT INTO cdm.music.long_plays SELECT user_id, seconds, ts FROM good;
END;
SELECT count(*) AS n FROM good;
