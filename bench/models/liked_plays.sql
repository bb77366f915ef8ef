-- The interval join as liked_plays.yaml has it, in Flink SQL. A template: the benchmark fills in where its broker listens.
CREATE TABLE likes (
    user_id BIGINT, song_id BIGINT, event STRING, ms_played INT, platform STRING, exp_group STRING, ts BIGINT, page STRING,
    device ROW<os STRING, ver STRING>, net STRING, lang STRING, session STRING,
    event_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) WITH (
    'connector' = 'kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'likes', 'format' = 'json',
    'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'
);

CREATE TABLE plays (
    user_id BIGINT, song_id BIGINT, event STRING, ms_played INT, platform STRING, exp_group STRING, ts BIGINT, page STRING,
    device ROW<os STRING, ver STRING>, net STRING, lang STRING, session STRING,
    event_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) WITH (
    'connector' = 'kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'plays', 'format' = 'json',
    'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'
);

CREATE TABLE liked_plays (
    user_id BIGINT, liked BIGINT, played BIGINT, liked_at BIGINT, played_at BIGINT
) WITH (
    'connector' = 'kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'liked_plays', 'format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'liked_plays'
);

INSERT INTO liked_plays
SELECT l.user_id, l.song_id, p.song_id, l.ts, p.ts
FROM likes AS l
JOIN plays AS p ON l.user_id = p.user_id AND p.event_time BETWEEN l.event_time - INTERVAL '10' MINUTE AND l.event_time;
