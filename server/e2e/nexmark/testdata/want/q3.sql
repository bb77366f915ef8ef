SELECT p.name AS name, p.city AS city, p.state AS state, a.id AS id
FROM $db.auction AS a, $db.person AS p
WHERE p.id = a.seller AND a.category = 10 AND p.state IN ('OR', 'ID', 'CA')
