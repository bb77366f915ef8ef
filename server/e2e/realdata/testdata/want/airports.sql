SELECT
    faa,
    upper(trimBoth(name)) AS airport,
    toInt32(lengthUTF8(name)) AS letters,
    lat,
    lon,
    toDecimal128(alt, 0) * toDecimal128('0.3048', 4) AS metres,
    alt < 0 AS below_sea,
    tz AS utc_offset,
    multiIf(dst = 'A', true, dst = 'N', false, NULL) AS summer_time,
    if(isNull(tzone), NULL, splitByChar('/', ifNull(tzone, ''))[1]) AS region,
    if(isNull(tzone), NULL, splitByChar('/', ifNull(tzone, ''))[2]) AS city
FROM $db.raw_airports
