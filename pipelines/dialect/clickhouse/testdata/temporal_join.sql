WITH
  plays_scan AS (
    SELECT
      t.user_id AS user_id,
      t.ms AS ms,
      t.small AS small,
      t.big AS big,
      toInt128(reinterpretAsInt64(t.price)) AS price,
      toInt128(reinterpretAsInt128(t.total)) AS total,
      t.score AS score,
      t.half AS half,
      t.page AS page,
      t.other AS other,
      t.raw AS raw,
      toInt32(t.`day`) AS `day`,
      toUnixTimestamp64Micro(t.ts) AS ts,
      t.ok AS ok,
      t.extra AS extra,
      t.tags AS tags,
      t.counts AS counts,
      t.device AS device
    FROM ods.plays AS t
    WHERE t.ts IS NOT NULL
  ),
  short_project AS (
    SELECT user_id, page, ms, ts
    FROM plays_scan
  ),
  changes_scan AS (
    SELECT
      t.user_id AS user_id,
      t.ms AS ms,
      t.small AS small,
      t.big AS big,
      toInt128(reinterpretAsInt64(t.price)) AS price,
      toInt128(reinterpretAsInt128(t.total)) AS total,
      t.score AS score,
      t.half AS half,
      t.page AS page,
      t.other AS other,
      t.raw AS raw,
      toInt32(t.`day`) AS `day`,
      toUnixTimestamp64Micro(t.ts) AS ts,
      t.ok AS ok,
      t.extra AS extra,
      t.tags AS tags,
      t.counts AS counts,
      t.device AS device,
      [toInt64(t._partition), toInt64(t._offset)] AS mr_order,
      toUInt8(t._kind) AS mr_kind
    FROM ods.changes AS t
    WHERE t.ts IS NOT NULL
  ),
  users_project AS (
    SELECT user_id, other AS name, ts AS since, mr_order, mr_kind
    FROM changes_scan
  ),
  asof_temporal_join_versions AS (
    SELECT user_id AS mr_k0,
      arraySort(x -> (tupleElement(x, 1), tupleElement(x, 2)), groupArray((assumeNotNull(toInt64(since)), mr_order, mr_kind = 3, tuple(user_id, name, since)))) AS mr_versions
    FROM users_project
    WHERE mr_kind != 1
    GROUP BY mr_k0
  ),
  asof_temporal_join_pairs AS (
    SELECT
      *,
      if(mr_both, tupleElement(tupleElement(mr_version, 4), 1), NULL) AS mr_r0,
      if(mr_both, tupleElement(tupleElement(mr_version, 4), 2), NULL) AS mr_r1,
      if(mr_both, tupleElement(tupleElement(mr_version, 4), 3), NULL) AS mr_r2
    FROM (
      SELECT *, arrayLastIndex(x -> tupleElement(x, 1) <= ifNull(mr_l3, 0), mr_versions) AS mr_last,
        arrayFirstIndex((x, next) -> NOT tupleElement(x, 3) AND tupleElement(x, 1) != next, mr_versions, arrayPopFront(arrayPushBack(arrayMap(x -> tupleElement(x, 1), mr_versions), toInt64('-9223372036854775808')))) AS mr_first,
        if(mr_last > 0, mr_last, mr_first) AS mr_at, mr_versions[mr_at] AS mr_version, (mr_at > 0 AND NOT tupleElement(mr_version, 3)) AS mr_both
      FROM (SELECT user_id AS mr_l0, page AS mr_l1, ms AS mr_l2, ts AS mr_l3 FROM short_project) AS l
      LEFT JOIN asof_temporal_join_versions AS r ON l.mr_l0 = r.mr_k0
    )
  ),
  asof_temporal_join_judged AS (
    SELECT *, mr_both AS mr_out
    FROM asof_temporal_join_pairs
  ),
  asof_temporal_join AS (
    SELECT
      mr_l0 AS user_id,
      mr_l1 AS page,
      mr_l2 AS ms,
      mr_l3 AS ts,
      if(NOT mr_out, NULL, mr_r0) AS user_id_1,
      if(NOT mr_out, NULL, mr_r1) AS name,
      if(NOT mr_out, NULL, mr_r2) AS since
    FROM asof_temporal_join_judged
    WHERE 1
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts,
  CAST(t.user_id_1 AS Nullable(Int64)) AS user_id_1,
  CAST(t.name AS Nullable(String)) AS name,
  CAST(fromUnixTimestamp64Micro(t.since, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS since
FROM asof_temporal_join AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/changes/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.changes AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
