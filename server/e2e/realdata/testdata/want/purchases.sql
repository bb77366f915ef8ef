SELECT DISTINCT customer_id, day, number_of_cds, dollar_value FROM $db.raw_purchases
