-- Of the bids of one price those whose other columns come first.
SELECT *
FROM
(
    SELECT *, toInt64(row_number() OVER (PARTITION BY auction ORDER BY price DESC, bidder, channel, url, dateTime, extra)) AS rank_number
    FROM $db.bid
)
WHERE rank_number < 11
