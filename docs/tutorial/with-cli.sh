#!/bin/sh
# From an empty folder to a granted analyst's running pipeline with rows in ClickHouse, with the command line.
#
#   KAFKA=127.0.0.1:9092 ./with-cli.sh
#
# MILLRACE_METADATA_DRIVER=mysql and MILLRACE_METADATA_DSN keep the metadata in MySQL or MariaDB in the place of a file. It needs a Kafka at
# KAFKA, millrace (or MILLRACE, its path) with the ClickHouse library, and python3 to read JSON. Everything it makes lies in DATA, a new folder
# unless you name one, and in the topic "plays"; the server is stopped at the end.
set -eu
: "${MILLRACE:=millrace}" "${KAFKA:=127.0.0.1:9092}" "${LISTEN:=127.0.0.1:8470}" "${DATA:=$(mktemp -d)}" "${ROWS:=1000}"
URL=http://$LISTEN
work=$(mktemp -d)

say() { printf '\n== %s\n' "$*"; }
fail() { tail -n 20 "$work/log" >&2; printf 'FAILED: %s\n' "$*" >&2; exit 1; }
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); v=eval(sys.argv[1]); print(v if isinstance(v,str) else json.dumps(v))' "$1"; }
await() {
  left=$1; shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { cat "$work/body" "$work/said" >&2 2> /dev/null || true; fail "waiting in vain: $1"; }
    sleep 1
  done
}
# admin and anna run millrace as one of the two: each has a profile of their own.
admin() { XDG_CONFIG_HOME=$work/admin "$MILLRACE" "$@"; }
anna() { XDG_CONFIG_HOME=$work/anna "$MILLRACE" "$@"; }

say "Start a server on an empty data folder. It prints the first administrator's password, once."
"$MILLRACE" serve --data "$DATA" --listen "$LISTEN" > "$work/serve" 2> "$work/log" &
server=$!
trap 'kill $server 2> /dev/null || true; wait $server 2> /dev/null || true; rm -rf "$work"' EXIT
password() { sed -n 's/^First login: admin with the password //p' "$work/serve"; }
printed() { [ -n "$(password)" ]; }
await 60 printed

say "Log in. The command line keeps a token, not the password."
logged_in() { password | admin login "$URL" --user admin > "$work/said" 2>&1; }
await 60 logged_in
admin whoami

say "Two teams: platform has the data, insight wants to read it. Anna is an analyst of insight."
admin team create platform
admin team create insight
printf 'correct horse battery\n' | admin user create anna --role analyst --password
admin team add insight anna --owner
admin team members insight

say "Platform brings a connection to Kafka, a table, and a model that fills its topic with $ROWS made-up plays."
mkdir -p "$work/platform" "$work/insight"
cat > "$work/platform/catalog.yaml" << YAML
format: 1
connections:
  queue: {component: kafka, params: {brokers: ["$KAFKA"]}}
tables:
  ods.tutorial.plays:
    kind: stream
    layer: ODS
    description: What listeners do with songs.
    columns: [{name: user_id, type: int64}, {name: song_id, type: int64}, {name: event, type: string}, {name: ms_played, type: int64}]
    source: {component: kafka, params: {connection: queue, topic: plays}}
YAML
cat > "$work/platform/plays_feed.yaml" << YAML
format: 1
kind: view
name: ods.tutorial.plays_feed
nodes:
  - {id: plays, component: generator, params: {stream: play_events, rate: 0, count: $ROWS}}
  - {id: topic, component: kafka, params: {connection: queue, topic: plays, create: if_missing, partitions: 2}}
edges: [plays -> topic]
YAML
admin apply --team platform -f "$work/platform"
admin deploy ods.tutorial.plays_feed --start --reason "the tutorial"
is() { [ "$(admin status "$1" --json | json '(d[0] if isinstance(d,list) else d)["state"]')" = "$2" ]; }
await 60 is ods.tutorial.plays_feed ended
has_olap() { admin get connections | grep -q olap; }
await 120 has_olap

say "Anna logs in. To her the table is not there: nobody has granted her anything."
printf 'correct horse battery\n' | anna login "$URL" --user anna
anna tables
cat > "$work/insight/catalog.yaml" << YAML
format: 1
tables:
  ads.insight.plays:
    kind: store
    layer: ADS
    columns: [{name: user_id, type: int64}, {name: song_id, type: int64}, {name: event, type: string}, {name: ms_played, type: int64}]
    sink: {component: clickhouse, params: {connection: olap, create: if_missing, order_by: [user_id]}}
YAML
cat > "$work/insight/plays_copy.yaml" << YAML
format: 1
kind: view
name: ads.insight.plays_copy
nodes:
  - {id: plays, component: table, params: {table: ods.tutorial.plays}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.insight.plays, create: if_missing, order_by: [user_id]}}
edges: [plays -> out]
YAML
if anna apply -f "$work/insight"; then fail "it was published"; fi

say "Platform lets the team know of the table. Now it is found, and the refusal says what is missing."
admin grant team:insight discover ods.tutorial.plays
found() { anna tables listeners songs | grep ods.tutorial.plays; }
await 20 found
anna describe ods.tutorial.plays
if anna apply -f "$work/insight" > "$work/said" 2>&1; then fail "it was published"; fi
cat "$work/said"
printf 'refused: %s\n' "$(grep -o '[a-z_]*\.[a-z_]*denied[a-z_]*\|grants\.[a-z_]*' "$work/said" | head -n 1)"

say "She asks for it, for her team, and platform approves. The model is published, deployed and runs."
anna request read ods.tutorial.plays --for team:insight --reason "to count plays"
admin requests --decidable --state open
request=$(admin requests --decidable --state open --json | json 'd[0]["id"]')
policy=$(admin request approve "$request" --note "you are welcome" --json | json 'd["id"]')
admin grants --table ods.tutorial.plays
applied() { anna apply -f "$work/insight" > "$work/said" 2>&1; }
await 10 applied
anna deploy ads.insight.plays_copy --start
await 60 is ads.insight.plays_copy running

say "Its rows are in ClickHouse: all of them, each once."
counted() {
  rows=$(anna query --json 'SELECT count(*) AS n FROM ads.insight.plays' 2> "$work/said" | grep -o '[0-9][0-9]*' | head -n 1)
  [ "$rows" = "$ROWS" ]
}
await 60 counted
printf 'rows: %s\n' "$rows"
anna status ads.insight.plays_copy

say "Why may the team read the table?"
anna why team:insight read ods.tutorial.plays

say "The grant is taken back. The pipeline that lived on it stops, and says so."
admin revoke "$policy" --note "the tutorial is over"
await 20 is ads.insight.plays_copy stopped
anna status ads.insight.plays_copy
anna status ads.insight.plays_copy --json | json '"stopped by %s: %s" % (lambda c: (c["kind"], c["reason"]))((d[0] if isinstance(d, list) else d)["desired"]["cause"])'

say "Done."
