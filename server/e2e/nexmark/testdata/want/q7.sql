-- Both ends of the ten seconds count: a bid at a window's end also meets the highest price of the window that ends there.
WITH best AS
(
    SELECT intDiv(toUnixTimestamp64Milli(dateTime), 10000) * 10000 AS since, max(price) AS price FROM $db.bid GROUP BY since
)
SELECT auction, b.price AS price, bidder, dateTime, extra
FROM (SELECT *, toUnixTimestamp64Milli(dateTime) AS at FROM $db.bid) AS b INNER JOIN best AS w ON b.price = w.price
WHERE at >= w.since AND at <= w.since + 10000
