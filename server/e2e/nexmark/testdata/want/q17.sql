SELECT
    auction,
    toString(toDate(dateTime)) AS day,
    toInt64(count()) AS total_bids,
    toInt64(countIf(price < 10000)) AS rank1_bids,
    toInt64(countIf(price BETWEEN 10000 AND 999999)) AS rank2_bids,
    toInt64(countIf(price > 999999)) AS rank3_bids,
    min(price) AS min_price,
    max(price) AS max_price,
    intDiv(sum(price), toInt64(count())) AS avg_price,
    sum(price) AS sum_price
FROM $db.bid
GROUP BY auction, day
