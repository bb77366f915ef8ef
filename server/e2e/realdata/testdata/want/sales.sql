WITH toInt128(sum(dollar_value) * 100) AS cents
SELECT
    day AS window_start,
    day + INTERVAL 1 DAY AS window_end,
    toInt64(count()) AS purchases,
    toInt64(uniqExact(customer_id)) AS customers,
    sum(number_of_cds) AS cds,
    sum(dollar_value) AS dollars,
    toDecimal128(intDiv(cents * 20000 + purchases, 2 * purchases), 0) * toDecimal128('0.000001', 6) AS mean,
    toDecimal128(intDiv(cents * 20000 + cds, 2 * cds), 0) * toDecimal128('0.000001', 6) AS a_cd,
    min(dollar_value) AS least,
    max(dollar_value) AS most,
    toInt64(countIf(dollar_value = 0)) AS free
FROM $db.raw_purchases
GROUP BY day
