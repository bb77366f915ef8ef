SELECT auction, bidder, price, dateTime, extra, toString(toDate(dateTime)) AS dt, formatDateTime(dateTime, '%H:%i') AS hm FROM $db.bid
