SELECT category AS id, intDiv(sum(best), toInt64(count())) AS final
FROM
(
    SELECT a.id, a.category AS category, max(b.price) AS best
    FROM $db.bid AS b INNER JOIN $db.auction AS a ON b.auction = a.id
    WHERE b.dateTime >= a.dateTime AND b.dateTime <= a.expires
    GROUP BY a.id, a.category
)
GROUP BY category
