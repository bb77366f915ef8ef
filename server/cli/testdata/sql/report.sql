CREATE TABLE plays (
  user_id BIGINT NOT NULL,
  song STRING,
  ms INT,
  ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'file', 'path' = 'testdata/sql/plays.ndjson', 'format' = 'json');
CREATE TABLE printed (song STRING, plays BIGINT) WITH ('connector' = 'console');
CREATE VIEW long AS SELECT * FROM plays WHERE ms > 500;
INSERT INTO printed SELECT song, count(*) FROM long GROUP BY song;
SELECT song, count(*) AS n, sum(ms) AS total FROM plays GROUP BY song ORDER BY n DESC, song LIMIT 3;
EXPLAIN SELECT DISTINCT song FROM long;
