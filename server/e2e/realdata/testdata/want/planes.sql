SELECT
    tailnum,
    year AS built,
    2013 - year AS age,
    lower(if(startsWith(type, 'Fixed wing '), substring(type, 12), type)) AS kind,
    multiIf(endsWith(manufacturer, ' INDUSTRIE'), substring(manufacturer, 1, length(manufacturer) - 10), endsWith(manufacturer, ' INC'),
        substring(manufacturer, 1, length(manufacturer) - 4), endsWith(manufacturer, ' CO'), substring(manufacturer, 1, length(manufacturer) - 3),
        manufacturer) AS maker,
    model,
    engines,
    intDiv(seats, engines) AS seats_an_engine,
    speed,
    engine = 'Turbo-fan' OR engine = 'Turbo-jet' AS jet
FROM $db.raw_planes
