SELECT * EXCEPT line FROM $db.raw_flights
