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
  tags_unnest AS (
    SELECT
      user_id,
      ms,
      small,
      big,
      price,
      total,
      score,
      half,
      page,
      other,
      raw,
      `day`,
      ts,
      ok,
      extra,
      tags,
      counts,
      device,
      if(mr_at = 0, NULL, mr_e1) AS tag,
      if(mr_at = 0, NULL, toInt64(mr_at)) AS at
    FROM plays_scan
    LEFT ARRAY JOIN tags AS mr_e1, arrayEnumerate(tags) AS mr_at
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(t.small AS Nullable(Int8)) AS small,
  CAST(t.big AS Nullable(UInt64)) AS big,
  if(t.price IS NULL, NULL, CAST((toInt128(materialize(ifNull(t.price, 0))) * toDecimal128('0.01', 2)) AS Decimal(10, 2))) AS price,
  if(t.total IS NULL, NULL, CAST((toInt128(materialize(ifNull(t.total, 0))) * toDecimal128('0.0000000001', 10)) AS Decimal(38, 10))) AS total,
  CAST(t.score AS Nullable(Float64)) AS score,
  CAST(t.half AS Nullable(Float32)) AS half,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.other AS Nullable(String)) AS other,
  CAST(t.raw AS Nullable(String)) AS raw,
  CAST(toDate32(t.`day`) AS Nullable(Date32)) AS `day`,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts,
  CAST(t.ok AS Nullable(Bool)) AS ok,
  CAST(t.extra AS Nullable(String)) AS extra,
  CAST(t.tags AS Array(Nullable(String))) AS tags,
  CAST(t.counts AS Map(String, Nullable(Int64))) AS counts,
  CAST(t.device AS Tuple(`os` Nullable(String), `ver` String)) AS device,
  CAST(t.tag AS Nullable(String)) AS tag,
  CAST(t.at AS Nullable(Int64)) AS at
FROM tags_unnest AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
