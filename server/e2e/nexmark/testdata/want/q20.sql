SELECT
    auction, bidder, price, channel, url, b.dateTime AS bid_dateTime, b.extra AS bid_extra,
    itemName, description, initialBid, reserve, a.dateTime AS auction_dateTime, expires, seller, category, a.extra AS auction_extra
FROM $db.bid AS b, $db.auction AS a
WHERE b.auction = a.id AND a.category = 10
