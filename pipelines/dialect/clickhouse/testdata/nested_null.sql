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
  arrays_join_pairs AS (
    SELECT *, (mr_lid IS NOT NULL AND mr_rid IS NOT NULL) AS mr_both
    FROM (SELECT user_id AS mr_l0, page AS mr_l1, ms AS mr_l2, ts AS mr_l3, row_number() OVER () AS mr_lid FROM short_project) AS l
    LEFT JOIN (SELECT
      user_id AS mr_r0,
      ms AS mr_r1,
      small AS mr_r2,
      big AS mr_r3,
      price AS mr_r4,
      total AS mr_r5,
      score AS mr_r6,
      half AS mr_r7,
      page AS mr_r8,
      other AS mr_r9,
      raw AS mr_r10,
      `day` AS mr_r11,
      ts AS mr_r12,
      ok AS mr_r13,
      extra AS mr_r14,
      tags AS mr_r15,
      counts AS mr_r16,
      device AS mr_r17,
      row_number() OVER () AS mr_rid FROM plays_scan) AS r ON l.mr_l0 = r.mr_r0
  ),
  arrays_join_judged AS (
    SELECT *, mr_both AS mr_out
    FROM arrays_join_pairs
  ),
  arrays_join AS (
    SELECT
      mr_l0 AS user_id,
      mr_l1 AS page,
      mr_l2 AS ms,
      mr_l3 AS ts,
      if(mr_side = 1, NULL, mr_r0) AS user_id_1,
      if(mr_side = 1, NULL, mr_r1) AS ms_1,
      if(mr_side = 1, NULL, mr_r2) AS small,
      if(mr_side = 1, NULL, mr_r3) AS big,
      if(mr_side = 1, NULL, mr_r4) AS price,
      if(mr_side = 1, NULL, mr_r5) AS total,
      if(mr_side = 1, NULL, mr_r6) AS score,
      if(mr_side = 1, NULL, mr_r7) AS half,
      if(mr_side = 1, NULL, mr_r8) AS page_1,
      if(mr_side = 1, NULL, mr_r9) AS other,
      if(mr_side = 1, NULL, mr_r10) AS raw,
      if(mr_side = 1, NULL, mr_r11) AS `day`,
      if(mr_side = 1, NULL, mr_r12) AS ts_1,
      if(mr_side = 1, NULL, mr_r13) AS ok,
      if(mr_side = 1, NULL, mr_r14) AS extra,
      if(mr_side = 1, [], [mr_r15]) AS tags,
      if(mr_side = 1, [], [mr_r16]) AS counts,
      if(mr_side = 1, [], [mr_r17]) AS device
    FROM (
      SELECT *, max(mr_out) OVER (PARTITION BY mr_lid) AS mr_lhit, row_number() OVER (PARTITION BY mr_lid) AS mr_ln
      FROM arrays_join_judged
    )
    ARRAY JOIN arrayConcat(if(mr_out, [0], []), if(mr_lid IS NOT NULL AND NOT mr_lhit AND mr_ln = 1, [1], [])) AS mr_side
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts,
  CAST(t.user_id_1 AS Nullable(Int64)) AS user_id_1,
  CAST(t.ms_1 AS Nullable(Int32)) AS ms_1,
  CAST(t.small AS Nullable(Int8)) AS small,
  CAST(t.big AS Nullable(UInt64)) AS big,
  if(t.price IS NULL, NULL, CAST((toInt128(materialize(ifNull(t.price, 0))) * toDecimal128('0.01', 2)) AS Decimal(10, 2))) AS price,
  if(t.total IS NULL, NULL, CAST((toInt128(materialize(ifNull(t.total, 0))) * toDecimal128('0.0000000001', 10)) AS Decimal(38, 10))) AS total,
  CAST(t.score AS Nullable(Float64)) AS score,
  CAST(t.half AS Nullable(Float32)) AS half,
  CAST(t.page_1 AS Nullable(String)) AS page_1,
  CAST(t.other AS Nullable(String)) AS other,
  CAST(t.raw AS Nullable(String)) AS raw,
  CAST(toDate32(t.`day`) AS Nullable(Date32)) AS `day`,
  CAST(fromUnixTimestamp64Micro(t.ts_1, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts_1,
  CAST(t.ok AS Nullable(Bool)) AS ok,
  CAST(t.extra AS Nullable(String)) AS extra,
  CAST(t.tags[1] AS Array(Nullable(String))) AS tags,
  CAST(t.counts[1] AS Map(String, Nullable(Int64))) AS counts,
  CAST(t.device[1] AS Tuple(`os` Nullable(String), `ver` String)) AS device
FROM arrays_join AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
