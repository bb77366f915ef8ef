WITH
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
  current_normalize AS (
    SELECT
      tupleElement(mr_row, 2) AS user_id,
      tupleElement(mr_row, 3) AS name,
      tupleElement(mr_row, 4) AS since
    FROM (
      SELECT argMax(tuple(mr_kind, user_id, name, since), mr_order) AS mr_row
      FROM users_project
      WHERE mr_kind != 1
      GROUP BY user_id
    )
    WHERE tupleElement(mr_row, 1) != 3
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.name AS Nullable(String)) AS name,
  CAST(fromUnixTimestamp64Micro(t.since, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS since
FROM current_normalize AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/changes/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.changes AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
