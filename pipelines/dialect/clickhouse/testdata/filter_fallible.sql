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
  ratio_filter AS (
    SELECT user_id, page, ms, ts
    FROM (
        SELECT *,
          (1 < toInt32(intDivOrZero(toInt32(1000), ms))) AS mr_1
        FROM short_project
      )
    WHERE (mr_1 OR (page IS NULL))
      AND if((mr_1 AND if(ms = 0, 2, NULL) IS NULL) OR (page IS NULL), NULL, if(ms = 0, 2, NULL)) IS NULL
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts
FROM ratio_filter AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/ratio/./filter' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if((mr_1 AND if(ms = 0, 2, NULL) IS NULL) OR (page IS NULL), NULL, if(ms = 0, 2, NULL)) AS mr_code FROM (
    SELECT *,
      (1 < toInt32(intDivOrZero(toInt32(1000), ms))) AS mr_1
    FROM short_project
  )) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
