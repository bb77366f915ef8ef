-- Quotients of decimals are worked out in whole numbers, rounding half up: ClickHouse's own division cuts.
WITH
    intDiv(air_time * 2000000 + 60, 120) AS hours_micros,
    intDiv(toInt128(distance) * toInt128('20000000000000000000') + hours_micros, 2 * toInt128(hours_micros)) AS mph_units
SELECT
    line,
    sched,
    toDate(sched, 'America/New_York') AS flight_date,
    addMonths(flight_date, 1) AS month_on,
    toDateTime(toStartOfMonth(sched, 'America/New_York'), 'America/New_York') AS month_start,
    formatDateTime(sched, '%Y-%m-%d %H:%i', 'America/New_York') AS local_time,
    hour AS local_hour,
    toDayOfWeek(flight_date) % 7 + 1 AS weekday,
    toISOWeek(flight_date) AS iso_week,
    sched + toIntervalMinute(dep_delay) AS left_at,
    lowerUTF8(f.carrier) AS carrier,
    concat(f.carrier, leftPad(toString(flight), 5, '0')) AS number,
    concat(origin, ' - ', dest) AS route,
    ifNull(tailnum, 'unknown') AS tail,
    if(tailnum LIKE 'N%' AND match(ifNull(tailnum, ''), '^N[0-9]'), extract(ifNull(tailnum, ''), '^N([0-9]+)'), NULL) AS tail_digits,
    multiIf(isNull(dep_time), 'cancelled', isNull(arr_delay), 'diverted', arr_delay > 120, 'very late', arr_delay > 15, 'late', 'caught up') AS category,
    dep_delay - arr_delay AS gained,
    if(isNull(dep_delay) OR isNull(arr_delay), NULL, if(dep_delay > arr_delay, dep_delay, arr_delay)) AS worst,
    multiIf(isNotNull(arr_delay), arr_delay, isNotNull(dep_delay), dep_delay, 0) AS some_delay,
    multiIf(isNull(dep_time), true, isNull(arr_delay), NULL, arr_delay > 60) AS late_or_gone,
    multiIf(arr_delay <= 60 OR dep_delay <= 60, false, isNull(arr_delay) OR isNull(dep_delay), NULL, true) AS late_and_left,
    if(isNull(arr_delay), NULL, arr_delay <= 60) AS not_late,
    if(origin = 'JFK', true, NULL) AS from_jfk_or_null,
    toDecimal128(hours_micros, 0) * toDecimal128('0.000001', 6) AS hours,
    toDecimal128(mph_units, 0) * toDecimal128('0.0000000000001', 13) AS mph,
    toFloat64(distance) * 1.609344 / air_time * 60 AS kmh,
    intDiv(distance, 100) AS hops,
    distance - 100 * intDiv(distance, 100) AS rest,
    isNotNull(air_time) AND ifNull(distance < 5 * air_time, false) AS slow
FROM $db.flights AS f
WHERE isNull(dep_time) OR isNull(arr_delay) OR dep_delay > 15 OR arr_delay > 15
