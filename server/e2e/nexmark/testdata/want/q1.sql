SELECT auction, bidder, toDecimal128(price, 3) * 908 / 1000 AS price, dateTime, extra FROM $db.bid
