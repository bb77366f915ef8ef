WITH indexOf(['apple', 'google', 'facebook', 'baidu'], lower(channel)) AS known, extractGroups(url, '(&|^)channel_id=([^&]*)') AS groups
SELECT auction, bidder, price, channel, if(known > 0, toString(known - 1), groups[2]) AS channel_id
FROM $db.bid
WHERE known > 0 OR notEmpty(groups)
