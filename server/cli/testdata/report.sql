CREATE TABLE plays WITH ('connector' = 'generator', 'count' = '5000', 'seed' = '7');
CREATE TABLE out WITH ('connector' = 'console', 'limit' = '1');

-- Long plays, a minute at a time.
INSERT INTO out
SELECT window_start, platform, COUNT(*) AS plays
FROM TABLE(TUMBLE(TABLE plays, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
WHERE event = 'play' AND ms_played > 30000
GROUP BY window_start, window_end, platform;

SET 'pipeline.name' = 'cdm.test.first_likes';
INSERT INTO out
SELECT user_id, song_id, MIN(ts) AS first FROM plays WHERE event = 'like' GROUP BY user_id, song_id;
