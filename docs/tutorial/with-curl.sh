#!/bin/sh
# From an empty folder to a granted analyst's running pipeline with rows in ClickHouse, with curl alone.
#
#   KAFKA=127.0.0.1:9092 ./with-curl.sh
#
# It needs a Kafka at KAFKA, millrace (or MILLRACE, its path) with the ClickHouse library, curl, and python3 to read JSON. Everything it makes
# lies in DATA, a new folder unless you name one, and in the topic "plays"; the server is stopped at the end.
set -eu
: "${MILLRACE:=millrace}" "${KAFKA:=127.0.0.1:9092}" "${LISTEN:=127.0.0.1:8470}" "${DATA:=$(mktemp -d)}" "${ROWS:=1000}"
API=http://$LISTEN/api/v1
work=$(mktemp -d)

say() { printf '\n== %s\n' "$*"; }
fail() { tail -n 20 "$work/log" >&2; printf 'FAILED: %s\n' "$*" >&2; exit 1; }
# json EXPRESSION reads a value of the JSON on standard input, which is called d.
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); v=eval(sys.argv[1]); print(v if isinstance(v,str) else json.dumps(v))' "$1"; }
# call TOKEN METHOD PATH [BODY [CURL OPTIONS...]] prints the answer's body; the status is left in $work/status, the headers in $work/headers.
call() {
  token=$1 method=$2 path=$3 body=${4-}
  [ $# -ge 4 ] && shift 4 || shift 3
  set -- "$@" -H "Authorization: Bearer $token" -X "$method"
  if [ -n "$body" ]; then set -- "$@" -H 'Content-Type: application/json' --data-binary "$body"; fi
  curl -sS -o "$work/body" -D "$work/headers" -w '%{http_code}' "$@" "$API$path" > "$work/status"
  cat "$work/body"
}
# must is call whose answer has to be a good one.
must() {
  call "$@"
  case $(cat "$work/status") in 2*) ;; *) fail "$2 $3 was answered $(cat "$work/status"): $(cat "$work/body")" ;; esac
}
# etag is the revision that the last answer came with. A change names it, so that nobody overwrites what another has done.
etag() { tr -d '\r' < "$work/headers" | sed -n 's/^[Ee][Tt][Aa][Gg]: *//p'; }
# await SECONDS COMMAND... waits until a command succeeds.
await() {
  left=$1; shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { cat "$work/body" "$work/said" >&2 2> /dev/null || true; fail "waiting in vain: $1"; }
    sleep 1
  done
}

say "Start a server on an empty data folder. It prints the first administrator's password, once."
"$MILLRACE" serve --data "$DATA" --listen "$LISTEN" > "$work/serve" 2> "$work/log" &
server=$!
trap 'kill $server 2> /dev/null || true; wait $server 2> /dev/null || true; rm -rf "$work"' EXIT
answers() { curl -sf -o "$work/body" "http://$LISTEN/readyz"; }
await 60 answers
password=$(sed -n 's/^First login: admin with the password //p' "$work/serve")
[ -n "$password" ] || fail "no password was printed"

say "Sign in. A session is a cookie, and every change shows the CSRF token that came with it."
curl -sS -c "$work/cookies" -H 'Content-Type: application/json' -d "{\"name\":\"admin\",\"password\":\"$password\"}" "$API/auth/login" > "$work/me"
csrf=$(json 'd["csrf_token"]' < "$work/me")

say "A program uses an API token instead. What it may do is among what one may do oneself."
ADMIN=$(curl -sS -b "$work/cookies" -H "X-Csrf-Token: $csrf" -H 'Content-Type: application/json' \
  -d '{"name":"tutorial","scopes":["view","edit","operate","administer"],"days":1}' "$API/tokens" | json 'd["secret"]')

say "Two teams: platform has the data, insight wants to read it. Anna is an analyst of insight."
platform=$(must "$ADMIN" POST /teams '{"name":"platform"}' | json 'd["id"]')
insight=$(must "$ADMIN" POST /teams '{"name":"insight"}' | json 'd["id"]')
anna=$(must "$ADMIN" POST /users '{"name":"anna","password":"correct horse battery","role":"analyst"}' | json 'd["id"]')
must "$ADMIN" PUT "/teams/$insight/members/$anna" '{"owner":true}'

say "A connection to Kafka. It is tried before it is kept."
must "$ADMIN" POST /connections "{\"name\":\"queue\",\"component\":\"kafka\",\"team\":\"$platform\",\"params\":{\"brokers\":[\"$KAFKA\"]}}" | json 'd["name"]'
# The embedded ClickHouse is a connection as well, everybody's: olap. It is there as soon as it has started.
has_olap() { must "$ADMIN" GET '/connections?component=clickhouse' | json '[c["name"] for c in d["items"]]' | grep -q olap; }
await 120 has_olap

say "Platform fills the topic with $ROWS made-up plays, and declares the topic as a table."
# deploy TOKEN TEAM NAME TEXT makes a model, publishes it, deploys it and starts it, and prints the pipeline's id.
deploy() {
  body=$(python3 -c 'import json,sys; print(json.dumps({"team":sys.argv[1],"name":sys.argv[2],"text":sys.argv[3]}))' "$2" "$3" "$4")
  document=$(must "$1" POST /documents "$body" | json 'd["id"]')
  must "$1" POST "/documents/$document/versions" '{"message":"the first"}' -H "If-Match: $(etag)" > /dev/null
  must "$1" POST "/documents/$document/deploy" '{"run":true,"reason":"the tutorial"}' -H "Idempotency-Key: $document" | json 'd["pipelines"][0]["pipeline"]["id"]'
}
feed=$(deploy "$ADMIN" "$platform" ods.tutorial.plays_feed "format: 1
kind: view
name: ods.tutorial.plays_feed
nodes:
  - {id: plays, component: generator, params: {stream: play_events, rate: 0, count: $ROWS}}
  - {id: topic, component: kafka, params: {connection: queue, topic: plays, create: if_missing, partitions: 2}}
edges: [plays -> topic]
")
table=$(must "$ADMIN" POST /tables "{\"name\":\"ods.tutorial.plays\",\"team\":\"$platform\",\"kind\":\"stream\",\"layer\":\"ODS\",
  \"columns\":[{\"name\":\"user_id\",\"type\":\"int64\"},{\"name\":\"song_id\",\"type\":\"int64\"},{\"name\":\"event\",\"type\":\"string\"},{\"name\":\"ms_played\",\"type\":\"int64\"}],
  \"source\":{\"component\":\"kafka\",\"params\":{\"connection\":\"queue\",\"topic\":\"plays\"}}}" | json 'd["id"]')
# state TOKEN PIPELINE prints what it does.
state() { must "$1" GET "/pipelines/$2" | json 'd["state"]'; }
is() { [ "$(state "$1" "$2")" = "$3" ]; }
await 60 is "$ADMIN" "$feed" ended

say "Anna signs in. To her the table is not there: nobody has granted her anything."
curl -sS -c "$work/cookies" -H 'Content-Type: application/json' -d '{"name":"anna","password":"correct horse battery"}' "$API/auth/login" > "$work/me"
csrf=$(json 'd["csrf_token"]' < "$work/me")
ANNA=$(curl -sS -b "$work/cookies" -H "X-Csrf-Token: $csrf" -H 'Content-Type: application/json' \
  -d '{"name":"tutorial","scopes":["view","edit","operate"],"days":1}' "$API/tokens" | json 'd["secret"]')
call "$ANNA" GET "/tables/$table" | json 'd["code"]'
[ "$(cat "$work/status")" = 404 ] || fail "the table shows"

say "She declares the table that her model will fill. Her model is kept as a draft, and cannot be published."
must "$ANNA" POST /tables "{\"name\":\"ads.insight.plays\",\"team\":\"$insight\",\"kind\":\"store\",\"layer\":\"ADS\",
  \"columns\":[{\"name\":\"user_id\",\"type\":\"int64\"},{\"name\":\"song_id\",\"type\":\"int64\"},{\"name\":\"event\",\"type\":\"string\"},{\"name\":\"ms_played\",\"type\":\"int64\"}],
  \"sink\":{\"component\":\"clickhouse\",\"params\":{\"connection\":\"olap\",\"create\":\"if_missing\",\"order_by\":[\"user_id\"]}}}" | json 'd["name"]'
model='format: 1
kind: view
name: ads.insight.plays_copy
nodes:
  - {id: plays, component: table, params: {table: ods.tutorial.plays}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.insight.plays, create: if_missing, order_by: [user_id]}}
edges: [plays -> out]
'
body=$(python3 -c 'import json,sys; print(json.dumps({"team":sys.argv[1],"name":"ads.insight.plays_copy","text":sys.argv[2]}))' "$insight" "$model")
document=$(must "$ANNA" POST /documents "$body" | json 'd["id"]')
revision=$(etag)
call "$ANNA" POST "/documents/$document/versions" '{"message":"the first"}' -H "If-Match: $revision" | json 'd["code"]'
[ "$(cat "$work/status")" = 422 ] || fail "it was published"

say "Platform lets the team know of the table. Now the refusal says what is missing, and she can ask for it."
must "$ADMIN" POST /policies "{\"subject\":\"team:$insight\",\"action\":\"discover\",\"scope\":\"table:$table\"}" | json 'd["id"]'
refused_as() { call "$ANNA" POST "/documents/$document/versions" '{"message":"the first"}' -H "If-Match: $revision" | json 'd["code"]'; }
printf 'refused: %s\n' "$(refused_as)"
request=$(must "$ANNA" POST /access_requests "{\"subject\":\"team:$insight\",\"action\":\"read\",\"scope\":\"table:$table\",\"reason\":\"to count plays\"}" | json 'd["id"]')
policy=$(must "$ADMIN" POST "/access_requests/$request/approve" '{"note":"you are welcome"}' | json 'd["id"]')

say "Now it is published, deployed and runs."
published() { call "$ANNA" POST "/documents/$document/versions" '{"message":"the first"}' -H "If-Match: $revision" > /dev/null; [ "$(cat "$work/status")" = 201 ]; }
await 10 published
pipeline=$(must "$ANNA" POST "/documents/$document/deploy" '{"run":true}' | json 'd["pipelines"][0]["pipeline"]["id"]')
await 60 is "$ANNA" "$pipeline" running

say "Its rows are in ClickHouse: all of them, each once."
counted() {
  call "$ANNA" POST /queries '{"text":"SELECT count(*) AS n FROM ads.insight.plays"}' > /dev/null
  rows=$(sed -n 's/^{"row":\[*{*[^0-9]*\([0-9]*\).*/\1/p' "$work/body")
  [ "$rows" = "$ROWS" ]
}
await 60 counted
printf 'rows: %s\n' "$rows"

say "Why may the team read the table?"
must "$ANNA" GET "/policies/why?scope=table:$table&action=read&subject=team:$insight" | json 'd'

say "The grant is taken back. The pipeline that lived on it stops, and says so."
must "$ADMIN" DELETE "/policies/$policy?note=the+tutorial+is+over"
await 20 is "$ANNA" "$pipeline" stopped
must "$ANNA" GET "/pipelines/$pipeline" | json '"stopped by %s: %s" % (d["desired"]["cause"]["kind"], d["desired"]["cause"]["reason"])'

say "Done."
