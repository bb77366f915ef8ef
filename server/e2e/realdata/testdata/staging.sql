-- The raw files as ClickHouse's own readers take them, line numbers in front.
CREATE TABLE $db.raw_flights
(
    line UInt32, year Int32, month Int32, day Int32, dep_time Nullable(Int32), sched_dep_time Int32, dep_delay Nullable(Int32),
    arr_time Nullable(Int32), sched_arr_time Int32, arr_delay Nullable(Int32), carrier String, flight Int32, tailnum Nullable(String),
    origin String, dest String, air_time Nullable(Int32), distance Int32, hour Int32, minute Int32, time_hour DateTime('UTC')
)
ENGINE = MergeTree ORDER BY line;

-- The events: when a flight should have left, its partition, and its place in the order in which the days happened.
CREATE VIEW $db.flights AS
SELECT
    *,
    time_hour + toIntervalMinute(minute) AS sched,
    flight % 4 AS part,
    row_number() OVER (PARTITION BY part ORDER BY month, day, line) - 1 AS offset
FROM $db.raw_flights;

CREATE TABLE $db.raw_weather
(
    line UInt32, origin String, year Int32, month Int32, day Int32, hour Int32, temp Nullable(Decimal(5, 2)), dewp Nullable(Decimal(5, 2)),
    humid Nullable(Decimal(5, 2)), wind_dir Nullable(Int32), wind_speed Nullable(Float64), wind_gust Nullable(Float64),
    precip Nullable(Decimal(4, 2)), pressure Nullable(Float64), visib Nullable(Float64), time_hour DateTime('UTC')
)
ENGINE = MergeTree ORDER BY line;

CREATE TABLE $db.raw_planes
(
    line UInt32, tailnum String, year Nullable(Int32), type Nullable(String), manufacturer Nullable(String), model Nullable(String),
    engines Nullable(Int32), seats Nullable(Int32), speed Nullable(Int32), engine Nullable(String)
)
ENGINE = MergeTree ORDER BY line;

CREATE TABLE $db.raw_airports
(
    line UInt32, faa String, name Nullable(String), lat Float64, lon Float64, alt Int32, tz Int32, dst Nullable(String), tzone Nullable(String)
)
ENGINE = MergeTree ORDER BY line;

CREATE TABLE $db.raw_airlines (line UInt32, carrier String, name String) ENGINE = MergeTree ORDER BY line;

CREATE TABLE $db.raw_purchase_lines (text String) ENGINE = MergeTree ORDER BY tuple();

CREATE VIEW $db.raw_purchases AS
WITH splitByWhitespace(trimBoth(text)) AS cell
SELECT cell[1] AS customer_id, parseDateTime(cell[2], '%Y%m%d', 'UTC') AS day, toInt32(cell[3]) AS number_of_cds, toDecimal64(cell[4], 2) AS dollar_value
FROM $db.raw_purchase_lines
