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
  named_join_numbered2 AS (
    SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY since, user_id ASC NULLS LAST, name ASC NULLS LAST, since ASC NULLS LAST) > 1 AS mr_second
    FROM users_project
  ),
  named_join_unique2 AS (
    SELECT user_id, name, since
    FROM named_join_numbered2
    WHERE NOT mr_second
  ),
  named_join_pairs AS (
    SELECT *, (mr_lid IS NOT NULL AND mr_rid IS NOT NULL) AS mr_both
    FROM (SELECT user_id AS mr_l0, page AS mr_l1, ms AS mr_l2, ts AS mr_l3, row_number() OVER () AS mr_lid FROM short_project) AS l
    INNER JOIN (SELECT user_id AS mr_r0, name AS mr_r1, since AS mr_r2, row_number() OVER () AS mr_rid FROM named_join_unique2) AS r ON l.mr_l0 = r.mr_r0
  ),
  named_join_judged AS (
    SELECT *, (mr_both AND ifNull(mr_l3 - mr_r2 BETWEEN -3600000000 AND 3600000000, false)) AS mr_out
    FROM named_join_pairs
  ),
  named_join AS (
    SELECT mr_l0 AS user_id, mr_l1 AS page, mr_l2 AS ms, mr_l3 AS ts
    FROM (
      SELECT *, max(mr_out) OVER (PARTITION BY mr_lid) AS mr_lhit, row_number() OVER (PARTITION BY mr_lid) AS mr_ln
      FROM named_join_judged
    )
    WHERE mr_ln = 1 AND mr_lhit
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts
FROM named_join AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/users/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.users AS t) WHERE mr_code IS NOT NULL
  UNION ALL
  SELECT 'a.b.c/named/./join' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(mr_second, 19, NULL) AS mr_code FROM named_join_numbered2) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
