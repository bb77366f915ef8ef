WITH
  ((x, d) -> toInt64(positiveModulo(x, toInt64(d)))) AS mr_mod,
  CAST('[-62170156800000000, -2177481943000000, -1600675200000000, -1585904400000000, -933667200000000, -922093200000000, -908870400000000, -888829200000000, -881049600000000, -767869200000000, -745833600000000, -733827600000000, -716889600000000, -699613200000000, -683884800000000, -670669200000000, -652348800000000, -650019600000000, 515527200000000, 527014800000000, 545162400000000, 558464400000000, 577216800000000, 589914000000000, 608666400000000, 621968400000000, 640116000000000, 653418000000000, 671565600000000, 684867600000000]', 'Array(Int64)') AS mr_offset_starts,
  CAST('[29143000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000, 32400000000, 28800000000]', 'Array(Int64)') AS mr_offset_values,
  (t -> transform(roundDown(t, mr_offset_starts), mr_offset_starts, mr_offset_values, toInt64(0))) AS mr_offset,
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
  minute_window AS (
    SELECT
      mr_start AS window_start,
      mr_start + 60000000 AS window_end,
      page,
      toInt64(count()) AS n,
      if(throwIf(ifNull(sumOrNull(toInt128(mr_a1)) NOT BETWEEN toInt128('-9223372036854775808') AND toInt128('9223372036854775807'), false), 'a sum does not fit its type'), NULL, toInt64(sumOrNull(toInt128(mr_a1)))) AS total
    FROM (
      SELECT
        toInt64(t.ts - mr_mod((t.ts + mr_offset(t.ts)), 60000000)) AS mr_start,
        t.page AS page,
        t.ms AS mr_a1
      FROM short_project AS t
    )
    GROUP BY mr_start, page
  )
SELECT
  CAST(assumeNotNull(fromUnixTimestamp64Micro(t.window_start, 'UTC')) AS DateTime64(6, 'UTC')) AS window_start,
  CAST(assumeNotNull(fromUnixTimestamp64Micro(t.window_end, 'UTC')) AS DateTime64(6, 'UTC')) AS window_end,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(assumeNotNull(t.n) AS Int64) AS n,
  CAST(t.total AS Nullable(Int64)) AS total
FROM minute_window AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
