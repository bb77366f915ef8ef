SELECT
    start AS window_start,
    start + INTERVAL 6 HOUR AS window_end,
    origin,
    toInt64(count()) AS readings,
    -- half up, away from zero
    toDecimal128(intDiv(abs(toInt64(temp_sum * 100)) * 20000 + count(temp), 2 * nullIf(count(temp), 0)) * sign(temp_sum), 0) * toDecimal128('0.000001', 6) AS temp_avg,
    sumOrNull(temp) AS temp_sum,
    maxOrNull(wind_speed) AS wind_max,
    maxOrNull(wind_gust) AS gust_max,
    toInt64(count(wind_gust)) AS gusts,
    toInt64(uniqExact(wind_dir)) AS directions,
    -- tenths, so that no sum depends on its order
    sumOrNull(toInt64(round(pressure * 10))) / nullIf(count(pressure), 0) / 10 AS pressure_avg,
    sumOrNullIf(precip, precip > 0) AS rain
FROM $db.raw_weather
ARRAY JOIN arrayMap(back -> toStartOfHour(time_hour) - toIntervalHour(back), range(6)) AS start
GROUP BY start, origin
