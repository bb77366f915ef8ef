INSERT INTO $db.person SELECT untuple(person) FROM $db.events WHERE event_type = 0;
INSERT INTO $db.auction SELECT untuple(auction) FROM $db.events WHERE event_type = 1;
INSERT INTO $db.bid SELECT untuple(bid) FROM $db.events WHERE event_type = 2
