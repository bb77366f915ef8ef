CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Nullable(Int64),
    `时间` Nullable(DateTime64(3, 'UTC')),
    `a\`b\\c` Nullable(String),
    `tags` Array(Nullable(String))
)
ENGINE = MergeTree
ORDER BY tuple()
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Int64,
    `时间` DateTime64(3, 'UTC'),
    `a\`b\\c` Nullable(String),
    `tags` Array(Nullable(String))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(`时间`)
ORDER BY (`user_id`, `时间`)
TTL toDateTime(`时间`) + INTERVAL 2592000 SECOND
SETTINGS non_replicated_deduplication_window = 100;

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Int64,
    `时间` Nullable(DateTime64(3, 'UTC')),
    `a\`b\\c` Nullable(String),
    `tags` Array(Nullable(String))
)
ENGINE = ReplicatedMergeTree
PARTITION BY `user_id`
ORDER BY (`user_id`)
SETTINGS replicated_deduplication_window = 10000;

