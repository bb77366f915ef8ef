SELECT auction, bidder, price, dateTime, extra FROM $db.bid
