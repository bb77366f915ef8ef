SELECT DISTINCT p.id AS id, p.name AS name, p.since AS stime
FROM
(
    SELECT id, name, fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli(dateTime), 10000) * 10000, 'UTC') AS since FROM $db.person
) AS p
INNER JOIN
(
    SELECT seller, fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli(dateTime), 10000) * 10000, 'UTC') AS since FROM $db.auction
) AS a ON p.id = a.seller AND p.since = a.since
