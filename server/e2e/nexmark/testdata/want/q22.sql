WITH splitByChar('/', url) AS parts
SELECT auction, bidder, price, channel, parts[4] AS dir1, parts[5] AS dir2, parts[6] AS dir3 FROM $db.bid
