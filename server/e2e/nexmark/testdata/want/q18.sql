-- Of the bids of one millisecond the one whose other columns come first.
SELECT auction, bidder, price, channel, url, dateTime, extra
FROM $db.bid
ORDER BY dateTime DESC, price, channel, url, extra
LIMIT 1 BY bidder, auction
