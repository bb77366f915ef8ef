SELECT
    channel,
    toString(toDate(dateTime)) AS day,
    formatDateTime(max(dateTime), '%H:%i') AS minute,
    toInt64(count()) AS total_bids,
    toInt64(countIf(price < 10000)) AS rank1_bids,
    toInt64(countIf(price BETWEEN 10000 AND 999999)) AS rank2_bids,
    toInt64(countIf(price > 999999)) AS rank3_bids,
    toInt64(uniqExact(bidder)) AS total_bidders,
    toInt64(uniqExactIf(bidder, price < 10000)) AS rank1_bidders,
    toInt64(uniqExactIf(bidder, price BETWEEN 10000 AND 999999)) AS rank2_bidders,
    toInt64(uniqExactIf(bidder, price > 999999)) AS rank3_bidders,
    toInt64(uniqExact(auction)) AS total_auctions,
    toInt64(uniqExactIf(auction, price < 10000)) AS rank1_auctions,
    toInt64(uniqExactIf(auction, price BETWEEN 10000 AND 999999)) AS rank2_auctions,
    toInt64(uniqExactIf(auction, price > 999999)) AS rank3_auctions
FROM $db.bid
GROUP BY channel, day
