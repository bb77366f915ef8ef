WITH
  ((x, y) -> intDivOrZero(2 * if(x < 0, -x, x) + if(y < 0, -y, y), 2 * if(y < 0, -y, y)) * if((x < 0) = (y < 0), 1, -1)) AS mr_divide,
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
  all_aggregate AS (
    SELECT
      toInt64(count()) AS n,
      if(throwIf(ifNull((mr_divide(toInt256(sumOrNull(toInt256(mr_a1))), toInt256(greatest(1, count(mr_a1)))) >= toInt256('100000000000000000000000000000000000000') OR mr_divide(toInt256(sumOrNull(toInt256(mr_a1))), toInt256(greatest(1, count(mr_a1)))) <= -toInt256('100000000000000000000000000000000000000')), false), 'a sum does not fit its type'), NULL, toInt128(mr_divide(toInt256(sumOrNull(toInt256(mr_a1))), toInt256(greatest(1, count(mr_a1)))))) AS mean
    FROM (
      SELECT CAST(toInt128(mr_2) AS Nullable(Int128)) AS mr_a1
      FROM (
          SELECT *,
            mr_divide(mr_1, toInt256(30)) AS mr_2
          FROM (
          SELECT *,
            (toInt256(toInt128(t.ms)) * 10000000) AS mr_1
          FROM short_project AS t
        ) AS t
        ) AS t
    )
  )
SELECT
  CAST(assumeNotNull(t.n) AS Int64) AS n,
  if(t.mean IS NULL, NULL, CAST((toInt128(materialize(ifNull(t.mean, 0))) * toDecimal128('0.000001', 6)) AS Decimal(38, 6))) AS mean
FROM all_aggregate AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
