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
  swap_project AS (
    SELECT CAST(toString(t.ms) AS Nullable(String)) AS page, CAST(toInt32(t.ms + 1) AS Nullable(Int32)) AS ms
    FROM short_project AS t
    WHERE if((t.ms + 1) NOT BETWEEN (-2147483648) AND 2147483647, 1, NULL) IS NULL
  )
SELECT
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms
FROM swap_project AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/swap/./project' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if((t.ms + 1) NOT BETWEEN (-2147483648) AND 2147483647, 1, NULL) AS mr_code FROM short_project AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
