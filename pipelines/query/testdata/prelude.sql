CREATE TABLE bids (
  auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR,
  ts TIMESTAMP(3) NOT NULL, extra VARCHAR, tags ARRAY<STRING>, spot ROW<x INT, y ROW<z STRING>>,
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'kafka', 'connection' = 'events', 'topic' = 'bids', 'format' = 'json');

CREATE TABLE auctions (
  id BIGINT NOT NULL, item VARCHAR, seller BIGINT, category BIGINT NOT NULL, expires TIMESTAMP(3), ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'kafka', 'connection' = 'events', 'topic' = 'auctions');

CREATE TABLE rates (
  currency STRING NOT NULL, rate DECIMAL(10, 4), ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH ('connector' = 'kafka', 'connection' = 'events', 'topic' = 'rates');

CREATE TABLE codes (code BIGINT NOT NULL, name STRING, PRIMARY KEY (code) NOT ENFORCED)
WITH ('connector' = 'kafka', 'connection' = 'events', 'topic' = 'codes', 'changelog' = 'upsert');

CREATE TABLE numbers (n INT, m INT NOT NULL) WITH ('connector' = 'file', 'path' = 'numbers.csv', 'format' = 'csv');

CREATE TABLE out (a BIGINT, b STRING) WITH ('connector' = 'console');
CREATE TABLE log WITH ('connector' = 'console');
