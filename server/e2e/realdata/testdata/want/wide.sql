WITH
    -- The last row of an origin and hour counts, and the first hour of all stands for what was before it.
    hours AS
    (
        SELECT origin AS station, time_hour AS weather_hour, argMax(temp, line) AS temp, argMax(wind_speed, line) AS wind_speed,
            argMax(precip, line) AS precip, argMax(visib, line) AS visib
        FROM $db.raw_weather
        GROUP BY station, weather_hour
    ),
    versions AS
    (
        SELECT *, if(row_number() OVER (PARTITION BY station ORDER BY weather_hour) = 1, toDateTime(0, 'UTC'), weather_hour) AS since
        FROM hours
    )
SELECT f.line AS line, f.sched AS sched, f.carrier AS carrier, f.flight AS flight, f.tailnum AS tailnum, f.origin AS origin, f.dest AS dest,
    f.dep_delay AS dep_delay, f.arr_delay AS arr_delay, f.distance AS distance,
    al.name AS airline,
    ifNull(p.manufacturer, 'unknown') AS maker, p.model AS plane_model, p.year AS built, p.seats AS seats,
    o.name AS origin_name, o.alt AS origin_alt,
    d.name AS dest_name, d.tzone AS dest_zone,
    w.weather_hour AS weather_hour, w.temp AS temp, w.wind_speed AS wind_speed, w.precip AS precip, w.visib AS visib
FROM $db.flights AS f
INNER JOIN $db.raw_airlines AS al ON al.carrier = f.carrier
LEFT JOIN $db.raw_planes AS p ON p.tailnum = f.tailnum
INNER JOIN $db.raw_airports AS o ON o.faa = f.origin
LEFT JOIN $db.raw_airports AS d ON d.faa = f.dest
ASOF LEFT JOIN versions AS w ON w.station = f.origin AND f.sched >= w.since
SETTINGS join_use_nulls = 1
