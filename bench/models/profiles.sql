-- The temporal join as profiles.yaml has it, in Flink SQL. A template: the benchmark fills in where its broker listens.
CREATE TABLE events (
    user_id BIGINT, song_id BIGINT, event STRING, ms_played INT, platform STRING, exp_group STRING, ts BIGINT, page STRING,
    device ROW<os STRING, ver STRING>, net STRING, lang STRING, session STRING,
    event_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR event_time AS event_time - INTERVAL '2' SECOND
) WITH (
    'connector' = 'kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'events', 'format' = 'json',
    'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'
);

CREATE TABLE users (
    user_id BIGINT, nickname STRING, country STRING, tier INT, since BIGINT,
    event_time AS TO_TIMESTAMP_LTZ(since, 3), WATERMARK FOR event_time AS event_time, PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
    'connector' = 'upsert-kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'users', 'key.format' = 'csv', 'value.format' = 'json',
    'properties.isolation.level' = 'read_committed', 'scan.bounded.mode' = 'latest-offset'
);

CREATE TABLE profiles (
    user_id BIGINT, song_id BIGINT, platform STRING, exp_group STRING, ts BIGINT, country STRING, tier INT, since BIGINT
) WITH (
    'connector' = 'kafka', 'properties.bootstrap.servers' = '{{.Broker}}', 'topic' = 'profiles', 'format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'profiles'
);

INSERT INTO profiles
SELECT e.user_id, e.song_id, e.platform, e.exp_group, e.ts, u.country, u.tier, u.since
FROM events AS e
LEFT JOIN users FOR SYSTEM_TIME AS OF e.event_time AS u ON e.user_id = u.user_id;
