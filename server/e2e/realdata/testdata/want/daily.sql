SELECT
    toDateTime(d, 'America/New_York') AS window_start,
    toDateTime(d + 1, 'America/New_York') AS window_end,
    origin,
    toInt64(count()) AS flights,
    toInt64(countIf(isNull(dep_time))) AS cancelled,
    toInt64(uniqExact(carrier)) AS carriers,
    sum(distance) AS miles,
    min(sched) AS first,
    max(sched) AS last,
    multiIf(d = '2013-03-10', 23, d = '2013-11-03', 25, 24) AS hours
FROM (SELECT *, makeDate(year, month, day) AS d FROM $db.flights)
GROUP BY d, origin
