-- Bids of the same price and time are told apart by what is left of them.
SELECT
    a.id AS id, itemName, description, initialBid, reserve, a.dateTime AS dateTime, expires, seller, category, a.extra AS extra,
    b.auction AS auction, bidder, price, b.dateTime AS bid_dateTime, b.extra AS bid_extra
FROM $db.bid AS b INNER JOIN $db.auction AS a ON b.auction = a.id
WHERE b.dateTime >= a.dateTime AND b.dateTime <= a.expires
ORDER BY price DESC, bid_dateTime, bidder, channel, url, bid_extra
LIMIT 1 BY id
