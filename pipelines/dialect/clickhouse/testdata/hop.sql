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
  hop_window AS (
    SELECT mr_start AS window_start, mr_start + 3600000000 AS window_end, h, toInt64(count()) AS n
    FROM (
      SELECT
        toInt64(t.ts - mr_mod((t.ts + mr_offset(t.ts)), 900000000) - 900000000 * arrayJoin(range(4))) AS mr_start,
        CAST(toInt32(intDivOrZero(toInt32(1000), t.ms)) AS Nullable(Int32)) AS h
      FROM short_project AS t
      WHERE if(t.ms = 0, 2, NULL) IS NULL
    )
    GROUP BY mr_start, h
  )
SELECT
  CAST(assumeNotNull(fromUnixTimestamp64Micro(t.window_start, 'UTC')) AS DateTime64(6, 'UTC')) AS window_start,
  CAST(assumeNotNull(fromUnixTimestamp64Micro(t.window_end, 'UTC')) AS DateTime64(6, 'UTC')) AS window_end,
  CAST(t.h AS Nullable(Int32)) AS h,
  CAST(assumeNotNull(t.n) AS Int64) AS n
FROM hop_window AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/hop/./window' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ms = 0, 2, NULL) AS mr_code FROM short_project AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
