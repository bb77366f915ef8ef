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
  users_scan AS (
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
    FROM ods.users AS t
    WHERE t.ts IS NOT NULL
  ),
  users_project AS (
    SELECT user_id, other AS name, ts AS since
    FROM users_scan
  ),
  named_join_pairs AS (
    SELECT *, (mr_lid IS NOT NULL AND mr_rid IS NOT NULL) AS mr_both
    FROM (SELECT user_id AS mr_l0, page AS mr_l1, ms AS mr_l2, ts AS mr_l3, row_number() OVER () AS mr_lid FROM short_project) AS l
    LEFT JOIN (SELECT user_id AS mr_r0, name AS mr_r1, since AS mr_r2, row_number() OVER () AS mr_rid FROM users_project) AS r ON l.mr_l0 = r.mr_r0
  ),
  named_join_judged AS (
    SELECT
      *,
      (mr_both AND ifNull((0 < toInt32(intDivOrZero(toInt32(1), mr_l2))), false) AND if(mr_l2 = 0, 2, NULL) IS NULL) AS mr_out,
      if(mr_both, if(mr_l2 = 0, 2, NULL), NULL) AS mr_fail
    FROM named_join_pairs
  ),
  named_join AS (
    SELECT
      mr_l0 AS user_id,
      mr_l1 AS page,
      mr_l2 AS ms,
      mr_l3 AS ts,
      if(mr_side = 1, NULL, mr_r0) AS user_id_1,
      if(mr_side = 1, NULL, mr_r1) AS name,
      if(mr_side = 1, NULL, mr_r2) AS since
    FROM (
      SELECT *, max((mr_out OR mr_fail IS NOT NULL)) OVER (PARTITION BY mr_lid) AS mr_lhit, row_number() OVER (PARTITION BY mr_lid) AS mr_ln
      FROM named_join_judged
    )
    ARRAY JOIN arrayConcat(if(mr_out, [0], []), if(mr_lid IS NOT NULL AND NOT mr_lhit AND mr_ln = 1, [1], [])) AS mr_side
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts,
  CAST(t.user_id_1 AS Nullable(Int64)) AS user_id_1,
  CAST(t.name AS Nullable(String)) AS name,
  CAST(fromUnixTimestamp64Micro(t.since, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS since
FROM named_join AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/users/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.users AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/named/./join' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT mr_fail AS mr_code FROM named_join_judged) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
