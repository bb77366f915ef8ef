-- what people listen to
create table plays(user_id bigint,song string, /* milliseconds */ ms int) with('connector'='file','path'='x.ndjson','format'='json');
select song,count(*) n from plays where ms>30000 and song is not null group by song; -- the end
