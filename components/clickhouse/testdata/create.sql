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

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Int64,
    `时间` Nullable(DateTime64(3, 'UTC')),
    `a\`b\\c` Nullable(String),
    `tags` Array(Nullable(String)),
    `_version` UInt64,
    `_deleted` UInt8
)
ENGINE = ReplacingMergeTree(`_version`, `_deleted`)
ORDER BY (`user_id`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Int64,
    `时间` Nullable(DateTime64(3, 'UTC')),
    `a\`b\\c` Nullable(String),
    `tags` Array(Nullable(String)),
    `_version` UInt64,
    `_deleted` UInt8
)
ENGINE = ReplicatedReplacingMergeTree(`_version`, `_deleted`)
ORDER BY (`user_id`)
SETTINGS replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Nullable(Int64),
    `时间` Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
    `a\`b\\c` LowCardinality(Nullable(String)),
    `tags` Array(Nullable(String))
)
ENGINE = MergeTree
ORDER BY tuple()
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS `mu\`sic`.`plays`
(
    `user_id` Nullable(Int64),
    `时间` DateTime64(3, 'UTC'),
    `a\`b\\c` String,
    `tags` Array(Nullable(String))
)
ENGINE = SummingMergeTree((`user_id`))
ORDER BY (`时间`, `a\`b\\c`, `tags`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE VIEW IF NOT EXISTS `mu\`sic`.`plays_current` AS SELECT `user_id`, `时间`, `a\`b\\c`, `tags` FROM `mu\`sic`.`plays` FINAL SETTINGS do_not_merge_across_partitions_select_final = 0;
