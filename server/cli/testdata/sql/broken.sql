CREATE TABLE plays (
  user_id BIGINT NOT NULL,
  song STRING,
  ms INT,
  ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'file', 'path' = 'testdata/sql/plays.ndjson', 'format' = 'json');
CREATE TABLE printed (song STRING, plays BIGINT) WITH ('connector' = 'console');
SELECT usr_id FROM plays;
SELEC 1;
SELECT song, count(*) FROM playz GROUP BY song;
