-- A bid lies in the five windows that begin at the last even second at or before it and 2, 4, 6 and 8 seconds earlier.
WITH counts AS
(
    SELECT auction, since, toInt64(count()) AS num
    FROM $db.bid
    ARRAY JOIN arrayMap(i -> intDiv(toUnixTimestamp64Milli(dateTime), 2000) * 2 - 2 * i, range(5)) AS since
    GROUP BY auction, since
)
SELECT auction, num
FROM (SELECT *, max(num) OVER (PARTITION BY since) AS most FROM counts)
WHERE num = most
