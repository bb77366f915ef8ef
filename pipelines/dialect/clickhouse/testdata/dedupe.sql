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
      t.device AS device,
      [toInt64(t._partition), toInt64(t._offset)] AS mr_order
    FROM ods.plays AS t
    WHERE t.ts IS NOT NULL
  ),
  short_project AS (
    SELECT user_id, page, ms, ts, mr_order
    FROM plays_scan
  ),
  first_dedupe AS (
    SELECT
      tupleElement(tupleElement(mr_row, 3), 1) AS user_id,
      tupleElement(tupleElement(mr_row, 3), 2) AS page,
      tupleElement(tupleElement(mr_row, 3), 3) AS ms,
      tupleElement(tupleElement(mr_row, 3), 4) AS ts
    FROM (
      SELECT arrayJoin(tupleElement(arrayFold((a, x) -> if(tupleElement(a, 1) AND tupleElement(x, 1) - tupleElement(a, 2) < 3600000000, a, (true, tupleElement(x, 1), arrayPushBack(tupleElement(a, 3), x))),
          mr_rows, (false, toInt64(0), arraySlice(mr_rows, 1, 0))), 3)) AS mr_row
      FROM (
        SELECT arraySort(x -> (tupleElement(x, 1), tupleElement(x, 2)), groupArray((assumeNotNull(toInt64(t.ts)), t.mr_order, tuple(t.user_id, t.page, t.ms, t.ts)))) AS mr_rows
        FROM short_project AS t
        GROUP BY t.user_id
      )
    )
  )
SELECT
  CAST(assumeNotNull(t.user_id) AS Int64) AS user_id,
  CAST(t.page AS Nullable(String)) AS page,
  CAST(t.ms AS Nullable(Int32)) AS ms,
  CAST(fromUnixTimestamp64Micro(t.ts, 'UTC') AS Nullable(DateTime64(6, 'UTC'))) AS ts
FROM first_dedupe AS t
-- errors
SELECT node, code, count() AS rows
FROM (
  SELECT 'a.b.c/plays/./scan' AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT if(t.ts IS NULL, 16, NULL) AS mr_code FROM ods.plays AS t) WHERE mr_code IS NOT NULL
)
GROUP BY node, code
ORDER BY node, code
