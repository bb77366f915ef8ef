SELECT auction, price FROM $db.bid WHERE auction % 123 = 0
