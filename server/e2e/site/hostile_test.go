package site

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/auth"
)

// attack is what somebody who means harm sends. It must be refused with the status and the code, and nothing may be different afterwards.
type attack struct {
	name string
	// by is who sends it; nil is bea, an analyst of another team.
	by     func(w *world) *client
	method string
	path   func(w *world) string
	body   func(w *world) any
	with   []option
	status int
	code   string
}

func at(path string) func(*world) string { return func(*world) string { return path } }

func text(s string) func(*world) any { return func(*world) any { return s } }

// told fills $alpha, $beta and the like into a JSON text.
func told(s string) func(*world) any {
	return func(w *world) any {
		return strings.NewReplacer("$alpha", w.alpha.id, "$beta", w.beta.id, "$table", w.alpha.table, "$connection", w.alpha.connection, "$document", w.alpha.document,
			"$pipeline", w.alpha.pipeline, "$bea", w.bea.user, "$ann", w.ann.user).Replace(s)
	}
}

// made is a body with one text that JSON cannot be written of by hand.
func made(values map[string]any) func(*world) any {
	return func(w *world) any {
		text, err := json.Marshal(values)
		require.NoError(w.t, err)
		return told(string(text))(w)
	}
}

func ann(w *world) *client    { return w.ann }
func admin(w *world) *client  { return w.admin }
func nobody(w *world) *client { return w.nobody() }

// tokenOfAnn is ann by a token, which needs no CSRF token.
func tokenOfAnn(scopes ...auth.Capability) func(w *world) *client {
	return func(w *world) *client {
		c, _ := w.ann.newToken(fmt.Sprint("for ", scopes), scopes...)
		return c
	}
}

// hostile is the table. All but what it says is well-formed, so that what refuses is what the row is about.
func hostile() []attack {
	const post, put, get, del = http.MethodPost, http.MethodPut, http.MethodGet, http.MethodDelete
	table := func(name string) func(*world) any {
		return func(w *world) any {
			in := queued("ods.beta.x", w.beta.id)
			in["name"] = name
			return in
		}
	}
	columns := func(name string) func(*world) any {
		return func(w *world) any {
			in := queued("ods.beta.x", w.beta.id)
			in["columns"] = []any{map[string]any{"name": name, "type": "int64"}, map[string]any{"name": name, "type": "int64"}}
			return in
		}
	}
	connection := func(name string) func(*world) any {
		return func(w *world) any { return clickhouse(name, w.beta.id, "127.0.0.1:1") }
	}
	reaching := func(component, key string, value any) func(*world) any {
		return func(w *world) any {
			return map[string]any{"name": "beta_new", "component": component, "team": w.beta.id, "params": map[string]any{key: value}}
		}
	}
	document := func(name, text string) func(*world) any {
		return made(map[string]any{"name": name, "team": "$beta", "text": text})
	}
	deployed := func(text string) func(*world) any { return made(map[string]any{"team": "$beta", "text": text}) }
	filter := func(where string) func(*world) any {
		return deployed("format: 1\nkind: view\nname: cdm.beta.f\nnodes:\n  - {id: plays, component: table, params: {table: ods.beta.plays}}\n" +
			"  - {id: f, component: filter, params: {where: " + fmt.Sprintf("%q", where) + "}}\n" +
			"  - {id: out, component: kafka, params: {connection: beta_queue, topic: f}}\nedges: [plays -> f, f -> out]\n")
	}
	script := func(text string) func(*world) any {
		return made(map[string]any{"team": "$beta", "format": "sql", "text": text})
	}
	query := func(text string) func(*world) any { return made(map[string]any{"text": text}) }
	const bad = http.StatusUnprocessableEntity
	return []attack{
		// Names.
		{name: "SQL in a table's name", method: post, path: at("/tables"), body: table("ods.beta.x'; DROP TABLE users; --"), status: bad, code: "catalog.*"},
		{name: "backticks in a table's name", method: post, path: at("/tables"), body: table("ods.beta.`x`"), status: bad, code: "catalog.*"},
		{name: "NUL in a table's name", method: post, path: at("/tables"), body: table("ods.beta.x\x00y"), status: bad, code: "catalog.*"},
		{name: "a line break in a table's name", method: post, path: at("/tables"), body: table("ods.beta.x\r\nSet-Cookie: a=b"), status: bad, code: "catalog.*"},
		{name: "a path as a table's name", method: post, path: at("/tables"), body: table("../../etc.beta.passwd"), status: bad, code: "catalog.*"},
		{name: "letters that run the other way in a table's name", method: post, path: at("/tables"), body: table("ods.beta.\u202eyalp"), status: bad, code: "catalog.*"},
		{name: "a table's name of 10 kB", method: post, path: at("/tables"), body: table("ods.beta." + strings.Repeat("x", 10_000)), status: bad, code: "catalog.*|http.*"},
		{name: "quotes in a connection's name", method: post, path: at("/connections?unchecked=true"), body: connection(`x" OR "1"="1`), status: bad, code: "catalog.*"},
		{name: "a path as a connection's name", method: post, path: at("/connections?unchecked=true"), body: connection("../../x"), status: bad, code: "catalog.*"},
		{name: "a column twice", method: post, path: at("/tables"), body: columns("a"), status: bad, code: ".*"},
		{name: "a document's name that is none", method: post, path: at("/documents"), body: document("x'; DROP TABLE documents; --", "format: 1\n"), status: bad, code: "document.*"},
		{name: "a document's name with a path", method: post, path: at("/documents"), body: document("../../../etc/passwd", "format: 1\n"), status: bad, code: "document.*"},
		{name: "a user's name with control characters", by: admin, method: post, path: at("/users"), body: made(map[string]any{"name": "ev\x00il\n", "role": "viewer", "password": everybodysPassword}), status: bad, code: "auth.*"},
		{name: "a user's name that looks like another", by: admin, method: post, path: at("/users"), body: made(map[string]any{"name": "ann\u200b", "role": "viewer", "password": everybodysPassword}), status: bad, code: "auth.*"},
		{name: "a user's name in full-width letters that is another's", by: admin, method: post, path: at("/users"), body: made(map[string]any{"name": "ＡＮＮ", "role": "viewer", "password": everybodysPassword}), status: 409, code: ".*"},
		{name: "a team's name with letters that run the other way", by: admin, method: post, path: at("/teams"), body: made(map[string]any{"name": "alp\u202eha"}), status: bad, code: "auth.*"},
		{name: "a pipeline's name with a path", method: post, path: at("/pipelines"), body: deployed(strings.Replace(model("cdm.beta.p", "ods.beta.plays"), "name: cdm.beta.p", "name: ../../../tmp/p", 1)), status: bad, code: ".*"},

		// Expressions and texts.
		{name: "SQL in an expression", method: post, path: at("/pipelines"), body: filter("1=1); DROP TABLE ods.beta.plays; --"), status: bad, code: ".*"},
		{name: "a subquery on what was not granted in an expression", method: post, path: at("/pipelines"), body: filter("user_id IN (SELECT user_id FROM ods.alpha.plays)"), status: bad, code: ".*"},
		{name: "ten thousand brackets", method: post, path: at("/pipelines"), body: filter(strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000) + " = 1"), status: bad, code: ".*"},
		{name: "a number beyond all bounds", method: post, path: at("/pipelines"), body: filter("user_id > " + strings.Repeat("9", 5000)), status: bad, code: ".*"},
		{name: "YAML that multiplies", method: post, path: at("/pipelines"), body: deployed("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"), status: bad, code: ".*"},
		{name: "YAML nested ten thousand deep", method: post, path: at("/pipelines"), body: deployed(strings.Repeat("[", 10_000)), status: bad, code: ".*"},
		{name: "a script that writes what is another's", method: post, path: at("/pipelines"), body: script("INSERT INTO ods.alpha.plays SELECT * FROM ods.beta.plays"), status: bad, code: ".*"},
		{name: "a query of the server's own tables", method: post, path: at("/queries"), body: query("SELECT * FROM system.users"), status: bad, code: ".*"},
		{name: "a query that reads an address", method: post, path: at("/queries"), body: query("SELECT * FROM url('http://169.254.169.254/', 'CSV')"), status: bad, code: ".*"},
		{name: "a query that reads a file", method: post, path: at("/queries"), body: query("SELECT * FROM file('/etc/passwd')"), status: bad, code: ".*"},
		{name: "a second statement behind a query", method: post, path: at("/queries"), body: query("SELECT 1; DROP TABLE ods.alpha.plays"), status: bad, code: ".*"},
		{name: "a query of what was not granted", method: post, path: at("/queries"), body: query("SELECT * FROM ods.alpha.plays"), status: bad, code: ".*"},

		// Paths.
		{name: "an id that climbs", method: get, path: at("/documents/..%2f..%2fusers"), status: 404, code: "http.*"},
		{name: "a guarded route with a slash behind it", method: get, path: at("/users/"), status: 404, code: "http.*"},
		{name: "a guarded route in capitals", method: get, path: at("/USERS"), status: 404, code: "http.*"},
		{name: "a guarded route with two slashes", method: get, path: at("//users"), status: 404, code: "http.*"},
		{name: "a guarded route behind dots", method: get, path: at("/auth/../users"), status: 404, code: "http.*"},
		{name: "another method by a header", method: post, path: at("/documents"), body: told(`{"name":"x"}`), with: []option{header("X-HTTP-Method-Override", "DELETE"), header("X-Original-URL", "/api/v1/users")}, status: bad, code: "http.invalid"},
		{name: "the method TRACE", method: http.MethodTrace, path: at("/users"), status: 405, code: "http.method"},
		{name: "a file beside the page's, which is an address of the page", by: nobody, method: get, path: at("/../../..%2f..%2fetc/passwd"), status: 200},
		{name: "an upload that names its way out", by: ann, method: post, path: at("/uploads?name=..%2f..%2fx.sh"), body: text("a\n1\n"), status: bad, code: ".*"},
		{name: "an upload of another kind than it says", by: ann, method: post, path: at("/uploads?name=x.parquet"), body: text("<script>alert(1)</script>"), status: bad, code: ".*"},

		// Addresses.
		{name: "a connection to the cloud's metadata", method: post, path: at("/connections"), body: reaching("clickhouse", "addresses", []string{"169.254.169.254:80"}), status: bad, code: "network.denied"},
		{name: "a connection to the cloud's metadata by IPv6", method: post, path: at("/connections"), body: reaching("clickhouse", "addresses", []string{"[fd00:ec2::254]:80"}), status: bad, code: "network.denied"},
		{name: "a connection to it inside IPv6", method: post, path: at("/connections/try"), body: reaching("kafka", "brokers", []string{"[::ffff:169.254.169.254]:9092"}), status: 0, code: "network.denied"},
		{name: "a connection to it by its name", method: post, path: at("/connections"), body: reaching("kafka", "brokers", []string{"metadata.google.internal:80"}), status: bad, code: "network.denied|kafka.unreachable"},
		{name: "a connection to an address in one number", method: post, path: at("/connections"), body: reaching("kafka", "brokers", []string{"2852039166:80"}), status: bad, code: ".*"},
		{name: "a file connection to the whole disk", method: post, path: at("/connections"), body: reaching("file", "root", "/"), status: bad, code: ".*"},
		{name: "a file connection that climbs", method: post, path: at("/connections"), body: reaching("file", "root", "../../etc"), status: bad, code: ".*"},

		// Bodies.
		{name: "a body beyond the bound", method: post, path: at("/tables"), body: text(`{"name":"` + strings.Repeat("x", 2<<20) + `"}`), status: 413, code: "http.too_large"},
		{name: "a body beyond the bound that does not say how long it is", method: post, path: at("/tables"), body: func(*world) any {
			return io.MultiReader(strings.NewReader(`{"name":"`), strings.NewReader(strings.Repeat("x", 2<<20)))
		}, status: 413, code: "http.too_large"},
		{name: "a packed body", method: post, path: at("/teams"), by: admin, body: func(w *world) any { return packed(w, 10<<20) }, with: []option{header("Content-Encoding", "gzip")}, status: 0, code: "http.*"},
		{name: "JSON nested ten thousand deep", method: post, path: at("/tables"), body: text(strings.Repeat(`{"a":`, 10_000)), status: 0, code: "http.*"},
		{name: "JSON with a field that is none", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma","builtin":true}`), status: bad, code: "http.invalid"},
		{name: "JSON of other types", by: admin, method: post, path: at("/teams"), body: told(`{"name":{"$ne":""}}`), status: bad, code: "http.invalid"},
		{name: "a form in the place of JSON", by: admin, method: post, path: at("/teams"), body: text("name=gamma"), with: []option{header("Content-Type", "application/x-www-form-urlencoded")}, status: 415, code: "http.*"},
		{name: "JSON that says it is text", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), with: []option{header("Content-Type", "text/plain")}, status: 415, code: "http.*"},

		// Sessions.
		{name: "a change without the CSRF token", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), with: []option{header(auth.CSRFHeader, "")}, status: 403, code: "auth.csrf"},
		{name: "a change with another session's CSRF token", by: func(w *world) *client { c := *w.admin; c.csrf = w.bea.csrf; return &c }, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), status: 403, code: "auth.csrf"},
		{name: "a change from another site's page", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), with: []option{header("Origin", "https://evil.example")}, status: 403, code: "auth.csrf"},
		{name: "a change from a page without an origin", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), with: []option{header("Origin", "null")}, status: 403, code: "auth.csrf"},
		{name: "a log-in from another site's page", by: nobody, method: post, path: at("/auth/login"), body: told(`{"name":"bea","password":"` + everybodysPassword + `"}`), with: []option{header("Sec-Fetch-Site", "cross-site")}, status: 403, code: "auth.csrf"},
		{name: "a token in the address", by: nobody, method: get, path: func(w *world) string { c := tokenOfAnn(auth.View)(w); return "/tables?access_token=" + c.token }, status: 401, code: "http.unauthenticated"},
		{name: "a session that somebody has planted", by: func(w *world) *client {
			return &client{server: w.server, name: "planted", cookie: strings.Repeat("a", 43)}
		}, method: get, path: at("/auth/me"), status: 401, code: "http.unauthenticated"},
		{name: "two sessions in one request", by: admin, method: get, path: at("/auth/me"), with: []option{func(r *http.Request) { r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: "b"}) }}, status: 401, code: "http.unauthenticated"},
		{name: "another scheme than Bearer", by: nobody, method: get, path: at("/auth/me"), with: []option{header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:admin")))}, status: 401, code: "auth.*"},
		{name: "a wrong password", by: nobody, method: post, path: at("/auth/login"), body: told(`{"name":"ann","password":"' OR 1=1 --"}`), status: 401, code: "auth.*"},
		{name: "another host's name", by: admin, method: get, path: at("/users"), with: []option{func(r *http.Request) { r.Host = "evil.example" }}, status: 421, code: "http.host"},
		{name: "a way back that leads elsewhere", by: nobody, method: get, path: at("/auth/oidc/start?return_to=https://evil.example"), status: 0, code: ".*"},

		// Rights.
		{name: "making oneself an administrator", method: put, path: func(w *world) string { return "/users/" + w.bea.user }, body: made(accountOf(auth.Admin, false)), with: []option{header("If-Match", `"1"`)}, status: 403, code: "http.denied"},
		{name: "an account with an id of one's own", by: admin, method: post, path: at("/users"), body: told(`{"name":"eve","role":"viewer","id":"$ann","disabled":false}`), status: bad, code: "http.invalid"},
		{name: "joining a team by oneself", method: put, path: func(w *world) string { return "/teams/" + w.alpha.id + "/members/" + w.bea.user }, body: told(`{"owner":true}`), status: 404, code: "http.not_found"},
		{name: "granting oneself", method: post, path: at("/policies"), body: told(`{"subject":"user:$bea","action":"read","scope":"table:$table"}`), status: 0, code: ".*"},
		{name: "granting everything to oneself", method: post, path: at("/policies"), body: told(`{"subject":"user:$bea","action":"manage","scope":"*"}`), status: 403, code: ".*"},
		{name: "a token with more than one has", method: post, path: at("/tokens"), body: told(`{"name":"x","scopes":["administer"]}`), status: 0, code: ".*"},
		{name: "a token that makes one with more", by: tokenOfAnn(auth.View), method: post, path: at("/tokens"), body: told(`{"name":"x","scopes":["edit"]}`), status: 0, code: ".*"},
		{name: "a change by a token for looking", by: tokenOfAnn(auth.View), method: post, path: at("/documents"), body: told(`{"name":"cdm.alpha.x","team":"$alpha","text":""}`), status: 403, code: "http.denied"},
		{name: "something made in another's team", method: post, path: at("/documents"), body: told(`{"name":"cdm.alpha.x","team":"$alpha","text":""}`), status: 403, code: "http.denied"},
		{name: "a table over another team's connection", method: post, path: at("/tables"), body: func(w *world) any {
			in := queued("ods.beta.stolen", w.beta.id)
			in["source"] = json.RawMessage(`{"component":"kafka","params":{"connection":"alpha_queue","topic":"x"}}`)
			return in
		}, status: bad, code: "catalog.unknown_connection"},
		{name: "another's secret kept for an address of one's own", method: post, path: func(w *world) string { return "/connections/try?id=" + w.alpha.connection }, body: func(w *world) any {
			in := clickhouse("alpha_db", w.beta.id, "127.0.0.1:1")
			in["params"].(map[string]any)["password"] = map[string]any{"secret": "set"}
			return in
		}, status: 404, code: "http.not_found"},
		{name: "a secret sent to another address", by: ann, method: put, path: func(w *world) string { return "/connections/" + w.alpha.connection + "?unchecked=true" }, body: func(w *world) any {
			in := clickhouse("alpha_db", w.alpha.id, "127.0.0.2:9")
			in["params"].(map[string]any)["password"] = map[string]any{"secret": "set"}
			return in
		}, with: []option{header("If-Match", `"1"`)}, status: bad, code: "catalog.*"},
		{name: "another team's pipeline deleted", method: del, path: func(w *world) string { return "/pipelines/" + w.alpha.pipeline + "?confirm=cdm.alpha.copy" }, status: 404, code: "http.not_found"},
		{name: "another team's pipeline by its name", method: post, path: at("/pipelines"), body: deployed(strings.Replace(model("cdm.beta.p", "ods.beta.plays"), "name: cdm.beta.p", "name: cdm.alpha.copy", 1)), status: 409, code: ".*"},

		// Protocol.
		{name: "a change of whatever revision there is", by: ann, method: put, path: func(w *world) string { return "/documents/" + w.alpha.document + "/draft" }, body: told(`{"text":""}`), with: []option{header("If-Match", "*")}, status: 412, code: "http.stale"},
		{name: "a change of no revision", by: ann, method: put, path: func(w *world) string { return "/documents/" + w.alpha.document + "/draft" }, body: told(`{"text":""}`), status: 428, code: "http.precondition_required"},
		{name: "a revision beyond all numbers", by: ann, method: put, path: func(w *world) string { return "/documents/" + w.alpha.document + "/draft" }, body: told(`{"text":""}`), with: []option{header("If-Match", `"99999999999999999999"`)}, status: 412, code: "http.stale"},
		{name: "a cursor of one's own making", method: get, path: at("/tables?cursor=Jy0tIE9SIDE9MQ"), status: bad, code: "http.cursor"},
		{name: "a cursor of another shape", method: get, path: at("/policies?cursor=" + base64.RawURLEncoding.EncodeToString([]byte(`["yesterday","x"]`))), status: bad, code: "http.cursor"},
		{name: "a page without end", method: get, path: at("/tables?limit=1000000"), status: bad, code: "http.invalid"},
		{name: "a parameter that is none", method: get, path: at("/tables?sort=(select%201)"), status: bad, code: "http.invalid"},
		{name: "an idempotency key of 10 kB", by: admin, method: post, path: at("/teams"), body: told(`{"name":"gamma"}`), with: []option{header("Idempotency-Key", strings.Repeat("k", 10_000))}, status: bad, code: "http.idempotency_key"},
		{name: "a WebSocket that is none", method: get, path: at("/live"), status: bad, code: "live.*"},
		{name: "a WebSocket from another site's page", method: get, path: at("/live"), with: []option{header("Origin", "https://evil.example"), header("Connection", "Upgrade"), header("Upgrade", "websocket"),
			header("Sec-WebSocket-Version", "13"), header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")}, status: 403, code: "live.*"},
		{name: "a header of 100 kB", method: get, path: at("/tables"), with: []option{header("X-Padding", strings.Repeat("x", 100<<10)), header("Accept", "text/html")}, status: http.StatusRequestHeaderFieldsTooLarge},
	}
}

// packed is many zeros in few bytes.
func packed(w *world, size int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(`{"name":"` + strings.Repeat("0", size) + `"}`))
	require.NoError(w.t, err)
	require.NoError(w.t, z.Close())
	return b.Bytes()
}

// everything is what the server holds, as an administrator sees it.
func (w *world) everything() string {
	w.t.Helper()
	var all strings.Builder
	for _, list := range []string{"/users", "/teams", "/connections", "/tables", "/documents", "/pipelines", "/policies", "/access_requests",
		"/teams/" + w.alpha.id + "/members", "/teams/" + w.beta.id + "/members"} {
		a := w.admin.send(http.MethodGet, list, nil)
		require.Equal(w.t, http.StatusOK, a.Status)
		all.Write(a.Body)
	}
	return all.String()
}

// TestHostileInputs sends all of them.
func TestHostileInputs(t *testing.T) {
	w := newWorld(t)
	attacks := hostile()
	require.GreaterOrEqual(t, len(attacks), 60)
	seen := map[string]bool{}
	for _, a := range attacks {
		require.False(t, seen[a.name], a.name)
		seen[a.name] = true
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			c := w.bea
			if a.by != nil {
				c = a.by(w)
			}
			path := a.path(w)
			var body any
			if a.body != nil {
				body = a.body(w)
			}
			before := w.everything()
			got := c.send(a.method, path, body, a.with...)
			require.Equal(t, before, w.everything(), "something is different now: %d %s", got.Status, got.Body)
			if a.code == "network.denied" && a.status == 0 {
				// A try is answered; that it is not reached is the answer.
				var check struct {
					OK   bool
					Code string
				}
				require.NoError(t, json.Unmarshal(got.Body, &check), "%s", got.Body)
				require.False(t, check.OK)
				require.Regexp(t, "^"+a.code+"$", check.Code)
				return
			}
			if a.status == 0 {
				require.GreaterOrEqual(t, got.Status, 400, "%s", got.Body)
			} else {
				require.Equal(t, a.status, got.Status, "%.600s", got.Body)
			}
			require.Less(t, got.Status, 500)
			if a.code != "" {
				p := got.problem(t)
				require.Regexp(t, "^("+a.code+")$", p.Code, "%.600s", got.Body)
			}
			require.Empty(t, got.Header.Get("Set-Cookie"))
			require.Less(t, len(got.Body), 64<<10)
		})
	}
	t.Logf("%d hostile inputs", len(attacks))
}

// TestUncheckedIsNotUnbounded sends connections that nothing is to try, to where none may lead: they are not stored. One that leads to an
// embedded part by another way than the server's own is such a one.
func TestUncheckedIsNotUnbounded(t *testing.T) {
	w := newWorld(t)
	for name, in := range map[string]map[string]any{
		"address": {"component": "clickhouse", "params": map[string]any{"addresses": []string{"169.254.169.254:80"}, "timeout": "1s"}},
		"second":  {"component": "kafka", "params": map[string]any{"brokers": []string{"127.0.0.1:1", "[fd00:ec2::254]:80"}}},
		"folder":  {"component": "file", "params": map[string]any{"root": "/etc"}},
		"climb":   {"component": "file", "params": map[string]any{"root": "../../etc"}},
	} {
		in["name"], in["team"] = "beta_"+name, w.beta.id
		a := w.bea.send(http.MethodPost, "/connections?unchecked=true", in)
		require.Equal(t, http.StatusUnprocessableEntity, a.Status, "%s: %s", name, a.Body)
		require.Regexp(t, `^network\.[a-z_]+$`, a.problem(t).Code, name)
	}
}

// TestNothingIsDoneTwice replays what was done once: the same request is answered as it was, another under its key is refused, and a key of
// somebody else's is another key.
func TestNothingIsDoneTwice(t *testing.T) {
	w := newWorld(t)
	key := header("Idempotency-Key", "once")
	first := w.admin.send(http.MethodPost, "/teams", map[string]any{"name": "gamma"}, key)
	require.Equal(t, http.StatusCreated, first.Status, "%s", first.Body)
	again := w.admin.send(http.MethodPost, "/teams", map[string]any{"name": "gamma"}, key)
	require.Equal(t, first.Body, again.Body)
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	before := w.everything()
	other := w.admin.send(http.MethodPost, "/teams", map[string]any{"name": "delta"}, key)
	require.Equal(t, http.StatusUnprocessableEntity, other.Status)
	require.Equal(t, "http.idempotency_key", other.problem(t).Code)
	elsewhere := w.admin.send(http.MethodPost, "/users", map[string]any{"name": "zed", "role": "viewer"}, key)
	require.Equal(t, "http.idempotency_key", elsewhere.problem(t).Code)
	theirs := w.bea.send(http.MethodPost, "/teams", map[string]any{"name": "gamma"}, key)
	require.Equal(t, http.StatusForbidden, theirs.Status, "an answer of somebody else's was told")
	require.Equal(t, before, w.everything())
}

// TestSessionsAreNotFixed signs in with a session in hand, one's own, somebody else's or a planted one: the new one has another secret, and the
// one before is over where it was one's browser's.
func TestSessionsAreNotFixed(t *testing.T) {
	w := newWorld(t)
	old := w.logIn("bea", "bea", everybodysPassword)
	for _, planted := range []string{old.cookie, strings.Repeat("a", 43), "x"} {
		c := &client{server: w.server, name: "planted", cookie: planted}
		a := w.nobody().send(http.MethodPost, "/auth/login", map[string]string{"name": "bea", "password": everybodysPassword},
			func(r *http.Request) {
				r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: planted})
				r.Header.Set(auth.CSRFHeader, old.csrf)
			})
		require.Equal(t, http.StatusOK, a.Status, "%s", a.Body)
		set := (&http.Response{Header: a.Header}).Cookies()
		require.Len(t, set, 1)
		require.NotEqual(t, planted, set[0].Value)
		require.True(t, set[0].HttpOnly)
		require.NotEqual(t, http.SameSiteNoneMode, set[0].SameSite)
		require.Equal(t, http.StatusUnauthorized, c.send(http.MethodGet, "/auth/me", nil).Status)
	}
}

// TestSelfApproval asks for access as somebody who manages the table through a grant: who has asked does not approve.
func TestSelfApproval(t *testing.T) {
	w := newWorld(t)
	request := w.request()
	for _, action := range []string{"approve", "refuse"} {
		a := w.asker.send(http.MethodPost, "/access_requests/"+request+"/"+action, map[string]any{})
		require.Equal(t, http.StatusForbidden, a.Status, "%s: %s", action, a.Body)
		require.Regexp(t, `^grants\.|^http\.`, a.problem(t).Code)
	}
	// Not even an administrator approves what is their own.
	adam := w.everybody[5]
	own := adam.send(http.MethodPost, "/access_requests", map[string]any{"action": "read", "scope": "table:" + w.alpha.table, "reason": "mine"})
	if own.Status == http.StatusCreated {
		var made ident
		require.NoError(t, json.Unmarshal(own.Body, &made))
		require.Equal(t, http.StatusForbidden, adam.send(http.MethodPost, "/access_requests/"+made.ID+"/approve", map[string]any{}).Status)
	}
}
