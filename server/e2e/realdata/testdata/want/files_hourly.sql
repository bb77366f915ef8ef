SELECT time_hour AS window_start, time_hour + INTERVAL 1 HOUR AS window_end, carrier, toInt64(count()) AS flights,
    toInt64(uniqExact(tailnum)) AS planes, sumOrNull(dep_delay) AS delay
FROM $db.raw_flights
GROUP BY time_hour, carrier
