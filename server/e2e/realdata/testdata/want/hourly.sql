SELECT
    toStartOfHour(sched, 'America/New_York') AS window_start,
    window_start + INTERVAL 1 HOUR AS window_end,
    carrier,
    origin,
    toInt64(count()) AS flights,
    toInt64(count(dep_delay)) AS left_at_all,
    sumOrNull(dep_delay) AS delay_sum,
    intDiv(delay_sum, nullIf(left_at_all, 0)) AS delay_avg,
    delay_sum / nullIf(left_at_all, 0) AS delay_mean,
    -- half up, away from zero
    toDecimal128(intDiv(abs(delay_sum) * 2000000 + left_at_all, 2 * nullIf(left_at_all, 0)) * sign(delay_sum), 0) * toDecimal128('0.000001', 6) AS delay_exact,
    minOrNull(dep_delay) AS delay_min,
    maxOrNull(dep_delay) AS delay_max,
    toInt64(uniqExact(tailnum)) AS planes,
    toInt64(countIf(dep_delay > 15)) AS late,
    toInt64(uniqExactIf(tailnum, dep_delay > 15)) AS late_planes,
    sumOrNullIf(dep_delay, dep_delay > 15) AS late_sum,
    minOrNull(tailnum) AS first_tail,
    max(sched) AS last_sched,
    intDiv(sum(distance), count()) AS mean_miles
FROM $db.flights
GROUP BY window_start, carrier, origin
