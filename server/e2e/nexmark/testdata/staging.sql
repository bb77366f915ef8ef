-- The events as ClickHouse's own reader of JSON takes them; of person, auction and bid those that an event is not are full of zeros.
CREATE TABLE $db.events
(
    event_type Int32,
    person Tuple(id Int64, name String, emailAddress String, creditCard String, city String, state String, dateTime DateTime64(3, 'UTC'), extra String),
    auction Tuple(id Int64, itemName String, description String, initialBid Int64, reserve Int64, dateTime DateTime64(3, 'UTC'),
        expires DateTime64(3, 'UTC'), seller Int64, category Int64, extra String),
    bid Tuple(auction Int64, bidder Int64, price Int64, channel String, url String, dateTime DateTime64(3, 'UTC'), extra String),
    dateTime DateTime64(3, 'UTC')
)
ENGINE = MergeTree ORDER BY dateTime;

CREATE TABLE $db.person
(
    id Int64, name String, emailAddress String, creditCard String, city String, state String, dateTime DateTime64(3, 'UTC'), extra String
)
ENGINE = MergeTree ORDER BY id;

CREATE TABLE $db.auction
(
    id Int64, itemName String, description String, initialBid Int64, reserve Int64, dateTime DateTime64(3, 'UTC'), expires DateTime64(3, 'UTC'),
    seller Int64, category Int64, extra String
)
ENGINE = MergeTree ORDER BY id;

CREATE TABLE $db.bid
(
    auction Int64, bidder Int64, price Int64, channel String, url String, dateTime DateTime64(3, 'UTC'), extra String
)
ENGINE = MergeTree ORDER BY dateTime
