package site

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/server/auth"
	"millrace/server/httpapi"
	"millrace/server/site"
)

const (
	// everybodysPassword is that of all accounts here but the first.
	everybodysPassword = "a long enough passphrase"
	// secretMark stands in every secret that connections hold, so that it is found wherever it leaks.
	secretMark = "WeLlKePtSeCrEt"
	jsonType   = "application/json"
)

// server is a site that listens, with an administrator.
type server struct {
	t      *testing.T
	site   *site.Site
	url    string
	data   string
	routes []httpapi.Route
	admin  *client

	mu sync.Mutex
	// told are secrets that were told once, to whoever made them; no later answer may hold one.
	told []string
	n    int
}

// newServer starts one without embedded parts and workers.
func newServer(t *testing.T) *server {
	t.Helper()
	config := configs.Default()
	config.DataDir = filepath.Join(t.TempDir(), "data")
	config.Embedded.Broker.Enabled, config.Embedded.OLAP.Enabled = false, false
	config.Workers.Count = 0
	s, err := site.Open(t.Context(), site.Options{Config: config, Page: fstest.MapFS{"index.html": {Data: []byte(`<!doctype html><base href="/" /><meta name="csp-nonce" content="" />`)}, "app.js": {Data: []byte("1")}},
		Loopback: true, Log: slog.New(slog.NewTextHandler(logTo(t), nil))})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	http := httptest.NewUnstartedServer(s.Handler())
	http.Config.MaxHeaderBytes = 64 << 10 // as serve has it
	http.Start()
	t.Cleanup(func() {
		stop()
		running.Wait()
		http.Close()
		require.NoError(t, s.Close())
	})
	out := &server{t: t, site: s, url: http.URL, data: s.DataDir(), routes: s.Routes()}
	out.told = append(out.told, s.FirstPassword(), secretMark)
	out.admin = out.logIn("the first administrator", s.FirstAccount(), s.FirstPassword())
	return out
}

// next returns a number that was not given out before.
func (s *server) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.n
}

// client is somebody who sends requests: by cookie, by token, or nobody.
type client struct {
	*server
	name                string
	cookie, csrf, token string
	user                string
	role                auth.Role
	// scopes bound a token.
	scopes []auth.Capability
	// dead says that the token does not hold any more.
	dead bool
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// problem reads a refusal.
func (a answer) problem(t testing.TB) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	require.NoError(t, json.Unmarshal(a.Body, &p), "%d %s", a.Status, a.Body)
	return p
}

var requestOf = regexp.MustCompile(`"request":"[^"]*"`)

// same is the body without the request's id, which tells two answers apart that are the same.
func (a answer) same() string {
	return fmt.Sprint(a.Status, " ", requestOf.ReplaceAllString(string(a.Body), ""))
}

// trace is what a stack has in it.
var trace = regexp.MustCompile(`goroutine \d+|\.go:\d+|runtime error|SQLITE|gorm`)

// option changes a request before it is sent.
type option func(*http.Request)

func header(name, value string) option {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// send sends a request to a path under the API, and checks what holds for all answers: no secret, no stack.
func (c *client) send(method, path string, body any, options ...option) answer {
	c.t.Helper()
	return c.raw(method, "/api/v1"+path, body, options...)
}

// raw is send to any path of the server.
func (c *client) raw(method, path string, body any, options ...option) answer {
	c.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	case io.Reader:
		reader = b
	default:
		text, err := json.Marshal(b)
		require.NoError(c.t, err)
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, reader)
	require.NoError(c.t, err)
	if reader != nil {
		r.Header.Set("Content-Type", jsonType)
	}
	c.sign(r)
	for _, o := range options {
		o(r)
	}
	got, err := (&http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	require.NoError(c.t, err, "%s %s", method, path)
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	require.NoError(c.t, err)
	a := answer{got.StatusCode, got.Header, text}
	c.mu.Lock()
	told := c.told
	c.mu.Unlock()
	for _, secret := range told {
		if strings.Contains(string(text), secret) {
			c.t.Errorf("%s: the answer to %s %s holds a secret: %s", c.name, method, path, text)
		}
	}
	if trace.Match(text) {
		c.t.Errorf("%s: the answer to %s %s tells of the server's inside: %s", c.name, method, path, text)
	}
	if a.Status >= http.StatusInternalServerError && a.Status != http.StatusServiceUnavailable {
		c.t.Errorf("%s: %s %s failed: %d %s", c.name, method, path, a.Status, text)
	}
	return a
}

// sign adds who sends a request.
func (c *client) sign(r *http.Request) {
	switch {
	case c.token != "":
		r.Header.Set("Authorization", "Bearer "+c.token)
	case c.cookie != "":
		r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: c.cookie})
		r.Header.Set(auth.CSRFHeader, c.csrf)
	}
}

// do is send that must succeed; out is filled where it is not nil. It returns the ETag.
func (c *client) do(method, path string, body, out any, options ...option) string {
	c.t.Helper()
	a := c.send(method, path, body, options...)
	require.Less(c.t, a.Status, 300, "%s: %s %s: %s", c.name, method, path, a.Body)
	if out != nil {
		require.NoError(c.t, json.Unmarshal(a.Body, out), "%s", a.Body)
	}
	return a.Header.Get("ETag")
}

// ident is what most answers have.
type ident struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision"`
}

// make posts and returns the id of what was made.
func (c *client) make(path string, body any) string {
	c.t.Helper()
	var made ident
	c.do(http.MethodPost, path, body, &made)
	require.NotEmpty(c.t, made.ID, path)
	return made.ID
}

// tell notes a secret that was told.
func (s *server) tell(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, secret)
}

// nobody sends requests as nobody.
func (s *server) nobody() *client { return &client{server: s, name: "nobody"} }

// logIn signs in with a password.
func (s *server) logIn(as, name, password string) *client {
	s.t.Helper()
	a := s.nobody().send(http.MethodPost, "/auth/login", map[string]string{"name": name, "password": password})
	require.Equal(s.t, http.StatusOK, a.Status, "%s", a.Body)
	var me httpapi.Me
	require.NoError(s.t, json.Unmarshal(a.Body, &me))
	c := &client{server: s, name: as, csrf: me.CSRFToken, user: me.User, role: me.Role}
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		if cookie.Name == auth.SessionCookie {
			c.cookie = cookie.Value
		}
	}
	require.NotEmpty(s.t, c.cookie)
	s.tell(c.cookie)
	return c
}

// account makes an account and signs in.
func (s *server) account(name string, role auth.Role) *client {
	s.t.Helper()
	s.admin.make("/users", map[string]any{"name": name, "password": everybodysPassword, "role": role})
	return s.logIn(name, name, everybodysPassword)
}

// newToken makes a token of the client's account.
func (c *client) newToken(as string, scopes ...auth.Capability) (*client, string) {
	c.t.Helper()
	var made struct{ ID, Secret string }
	c.do(http.MethodPost, "/tokens", map[string]any{"name": as, "scopes": scopes}, &made)
	c.tell(made.Secret)
	return &client{server: c.server, name: as, token: made.Secret, user: c.user, role: c.role, scopes: scopes}, made.ID
}

// team is what belongs to a team.
type team struct {
	id, name                              string
	connection, table, document, pipeline string
	tableName                             string
}

// team makes a team with one of everything. Its owner makes them.
func (s *server) team(name string, owner *client) *team {
	s.t.Helper()
	w := &team{name: name, tableName: "ods." + name + ".plays"}
	w.id = s.admin.make("/teams", map[string]any{"name": name, "owner": owner.user})
	w.connection = owner.make("/connections?unchecked=true", clickhouse(name+"_db", w.id, "127.0.0.1:1"))
	owner.make("/connections?unchecked=true", kafka(name+"_queue", w.id, "127.0.0.1:1"))
	w.table = owner.make("/tables", queued(w.tableName, w.id))
	w.document = owner.make("/documents", map[string]any{"name": "cdm." + name + ".copy", "team": w.id, "text": model("cdm."+name+".copy", w.tableName)})
	d := owner.send(http.MethodGet, "/documents/"+w.document, nil)
	owner.do(http.MethodPost, "/documents/"+w.document+"/versions", map[string]any{"message": "first"}, nil, header("If-Match", d.Header.Get("ETag")))
	w.pipeline = owner.deploy(w.document)
	return w
}

// deploy deploys a document without starting it and returns the pipeline's id.
func (c *client) deploy(document string) string {
	c.t.Helper()
	var made httpapi.Deployments
	c.do(http.MethodPost, "/documents/"+document+"/deploy", map[string]any{}, &made)
	require.Len(c.t, made.Pipelines, 1)
	return made.Pipelines[0].Pipeline.ID
}

func clickhouse(name, team, address string) map[string]any {
	return map[string]any{"name": name, "component": "clickhouse", "team": team, "description": "of " + name,
		"params": map[string]any{"addresses": []string{address}, "username": "u", "password": secretMark + name, "timeout": "1s"}}
}

func kafka(name, team, address string) map[string]any {
	return map[string]any{"name": name, "component": "kafka", "team": team,
		"params": map[string]any{"brokers": []string{address}, "sasl": "plain", "username": "u", "password": secretMark + name}}
}

// queued is a table of a topic behind the queue of the team that its name has in the middle.
func queued(name, team string) map[string]any {
	return map[string]any{"name": name, "team": team, "kind": "stream", "layer": "ODS", "tags": []string{"t"}, "domain": "d",
		"columns": json.RawMessage(`[{"name":"user_id","type":"int64"},{"name":"song_id","type":"int64"}]`),
		"source":  json.RawMessage(`{"component":"kafka","params":{"connection":"` + strings.Split(name, ".")[1] + `_queue","topic":"` + name + `"}}`)}
}

func model(name, from string) string {
	return fmt.Sprintf(`format: 1
kind: view
name: %s
nodes:
  - {id: plays, component: table, params: {table: %s}}
  - {id: out, component: kafka, params: {connection: %s_queue, topic: copies_of_%s}}
edges: [plays -> out]
`, name, from, strings.Split(name, ".")[1], name)
}

// expire makes a token's time be over, as the clock would.
func (s *server) expire(token string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.data, "millrace.db")+"?_pragma=busy_timeout(5000)")
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, db.Close()) }()
	done, err := db.ExecContext(s.t.Context(), "UPDATE tokens SET expires_at = 1 WHERE id = ?", token)
	require.NoError(s.t, err)
	n, err := done.RowsAffected()
	require.NoError(s.t, err)
	require.EqualValues(s.t, 1, n)
}

// logTo is where the server's log goes: into the test's, so that a failure can be understood.
func logTo(t *testing.T) io.Writer { return t.Output() }
