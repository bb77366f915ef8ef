SET 'table.local-time-zone' = 'Asia/Shanghai';

SET 'pipeline.name' = 'ads.music.songs';

CREATE TEMPORARY TABLE events WITH (
  'connector' = 'generator',
  'count' = '10000'
);

CREATE TEMPORARY VIEW plays AS
SELECT *
FROM events
WHERE event = 'play' AND CAST(ts AS TIMESTAMP) >= TIMESTAMP '2026-01-01 00:00:00';

CREATE TEMPORARY TABLE titles (
  song_id INT64 NOT NULL,
  title STRING,
  since TIMESTAMP NOT NULL,
  WATERMARK FOR since AS since - INTERVAL '5' SECOND
) WITH (
  'connector' = 'values',
  'rows' = '{"song_id": 1, "title": "Morning", "since": "2026-01-01T00:00:00Z"}
'
);

CREATE TEMPORARY TABLE out WITH (
  'connector' = 'console',
  'limit' = '5'
);

CREATE TEMPORARY TABLE actions WITH (
  'connector' = 'console'
);

EXECUTE STATEMENT SET BEGIN
  INSERT INTO out
  WITH once AS (
    SELECT *
    FROM TABLE(DEDUPLICATE(
      TABLE plays PARTITION BY (user_id, song_id),
      DESCRIPTOR(ts),
      INTERVAL '10' MINUTE
    ))
  ),
  hour_window AS (
    SELECT window_start, window_end, song_id, COUNT(*) AS agg_0, SUM(ms_played) AS agg_1
    FROM TABLE(HOP(TABLE once, DESCRIPTOR(ts), INTERVAL '5' MINUTE, INTERVAL '1' HOUR))
    GROUP BY window_start, window_end, song_id
  ),
  hour AS (
    SELECT window_start, window_end, song_id, agg_0 AS plays, agg_1 / agg_0 AS mean
    FROM hour_window
  ),
  titles_versions AS (
    SELECT song_id, title, since
    FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY song_id ORDER BY since DESC) AS row_num
      FROM titles
    )
    WHERE row_num = 1
  ),
  titled AS (
    SELECT
      hour.*,
      titles_versions.song_id AS song_id_1,
      titles_versions.title,
      titles_versions.since
    FROM hour
    LEFT JOIN titles_versions /*+ VERSIONED('wait' = '10 s') */ FOR SYSTEM_TIME AS OF hour.window_start
      ON hour.song_id = titles_versions.song_id
  )
  SELECT *
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start ORDER BY plays DESC) AS place
    FROM titled
  )
  WHERE place <= 3;
  INSERT INTO actions
  WITH likes AS (
    SELECT *
    FROM events
    WHERE event = 'like'
  )
  SELECT *
  FROM plays
  UNION ALL
  SELECT *
  FROM likes;
END;
