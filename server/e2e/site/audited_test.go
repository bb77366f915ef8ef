package site

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/server/auth"
	"millrace/server/httpapi"
)

// TestEveryChangeIsAudited does everything that changes something, and finds its line. Which line is its own, the request's id says.
func TestEveryChangeIsAudited(t *testing.T) {
	w := newWorld(t)
	changes := w.changes()
	for _, r := range w.routes {
		if r.Method == http.MethodGet || slices.Contains(reading(), r.ID) || slices.Contains(elsewhere(), r.ID) {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			change, ok := changes[r.ID]
			require.True(t, ok, "%s %s changes something, and this test does not do it: say how, or add it to what only reads", r.Method, r.Path)
			c, path, body, options := change()
			id := fmt.Sprintf("walk-%d", w.next())
			a := c.send(r.Method, path, body, append(options, header(httpapi.RequestHeader, id))...)
			require.Less(t, a.Status, 300, "%s", a.Body)
			var log httpapi.Items[audit.Entry]
			w.admin.do(http.MethodGet, "/audit?limit=50", nil, &log)
			at := slices.IndexFunc(log.Items, func(e audit.Entry) bool { return e.Actor.Request == id })
			require.GreaterOrEqual(t, at, 0, "%s has written no line", r.ID)
			e := log.Items[at]
			require.NotEmpty(t, e.Action)
			require.NotEmpty(t, e.Object)
			if c.user != "" {
				require.Equal(t, "user:"+c.user, e.Actor.Subject)
			}
			require.Equal(t, "127.0.0.1", e.Actor.Remote)
		})
	}
	for id := range changes {
		require.True(t, slices.ContainsFunc(w.routes, func(r httpapi.Route) bool { return r.ID == id }), "there is no route %s", id)
	}
}

// change makes what a request needs and gives the request.
type change func() (c *client, path string, body any, options []option)

func (w *world) changes() map[string]change {
	match := func(path string) []option { return []option{header("If-Match", w.etag(path))} }
	plain := func(c *client, path string, body any) change {
		return func() (*client, string, any, []option) { return c, path, body, nil }
	}
	doc := func() string {
		name := fmt.Sprintf("cdm.alpha.m%d", w.next())
		return "/documents/" + w.ann.make("/documents", map[string]any{"name": name, "team": w.alpha.id, "text": model(name, w.alpha.tableName)})
	}
	pipeline := func() string {
		d := doc()
		w.ann.do(http.MethodPost, d+"/versions", map[string]any{}, nil, match(d)...)
		return "/pipelines/" + w.ann.deploy(strings.TrimPrefix(d, "/documents/"))
	}
	onDoc := func(suffix string, body any) change {
		return func() (*client, string, any, []option) {
			d := doc()
			if suffix == "/restore" {
				w.ann.do(http.MethodPost, d+"/versions", map[string]any{}, nil, match(d)...)
			}
			// One person's drafts of a while are one line, which making it has written: another saves.
			return w.admin, d + suffix, body, match(d)
		}
	}
	act := func(suffix string, body func(name string) any) change {
		return func() (*client, string, any, []option) {
			p := pipeline()
			var st struct{ Name string }
			w.ann.do(http.MethodGet, p, nil, &st)
			return w.ann, p + suffix, body(st.Name), nil
		}
	}
	none := func(string) any { return map[string]any{} }
	user := func() string {
		return "/users/" + w.admin.make("/users", map[string]any{"name": fmt.Sprintf("u%d", w.next()), "password": everybodysPassword, "role": "viewer"})
	}
	group := func() string {
		return "/teams/" + w.admin.make("/teams", map[string]any{"name": fmt.Sprintf("g%d", w.next())})
	}
	request := func(c func() *client, suffix string, body any) change {
		return func() (*client, string, any, []option) {
			return c(), "/access_requests/" + w.request() + suffix, body, nil
		}
	}
	ann, asker := func() *client { return w.ann }, func() *client { return w.asker }
	return map[string]change{
		"log_in": func() (*client, string, any, []option) {
			return w.nobody(), "/auth/login", map[string]any{"name": "bea", "password": everybodysPassword}, nil
		},
		"log_out": func() (*client, string, any, []option) {
			return w.logIn("bea", "bea", everybodysPassword), "/auth/logout", nil, nil
		},
		"change_password": func() (*client, string, any, []option) {
			w.account("pat", auth.Viewer)
			return w.logIn("pat", "pat", everybodysPassword), "/auth/me/password", map[string]any{"old": everybodysPassword, "new": "another long passphrase"}, nil
		},
		"end_session": func() (*client, string, any, []option) {
			path, _ := w.fill(httpapi.Route{Path: "/auth/sessions/{session}"})
			return w.ann, path, nil, nil
		},
		"create_token": plain(w.ann, "/tokens", map[string]any{"name": "x", "scopes": []string{"view"}}),
		"revoke_token": func() (*client, string, any, []option) {
			_, id := w.ann.newToken("short", auth.View)
			return w.ann, "/tokens/" + id, nil, nil
		},
		"create_user": plain(w.admin, "/users", map[string]any{"name": "ned", "role": "viewer", "password": everybodysPassword}),
		"change_user": func() (*client, string, any, []option) {
			u := user()
			return w.admin, u, accountOf(auth.Analyst, false), match(u)
		},
		"remove_user":    func() (*client, string, any, []option) { u := user(); return w.admin, u, nil, match(u) },
		"reset_password": func() (*client, string, any, []option) { return w.admin, user() + "/reset_password", nil, nil },
		"revoke_user_token": func() (*client, string, any, []option) {
			_, id := w.bea.newToken("short", auth.View)
			return w.admin, "/users/" + w.bea.user + "/tokens/" + id, nil, nil
		},
		"create_team": plain(w.admin, "/teams", map[string]any{"name": "gamma"}),
		"change_team": func() (*client, string, any, []option) {
			g := group()
			return w.admin, g, map[string]any{"name": fmt.Sprintf("h%d", w.next())}, match(g)
		},
		"remove_team": func() (*client, string, any, []option) { g := group(); return w.admin, g, nil, match(g) },
		"set_member": func() (*client, string, any, []option) {
			return w.ann, "/teams/" + w.alpha.id + "/members/" + w.bea.user, map[string]any{}, nil
		},
		"remove_member": func() (*client, string, any, []option) {
			w.ann.do(http.MethodPut, "/teams/"+w.alpha.id+"/members/"+w.asker.user, map[string]any{}, nil)
			return w.ann, "/teams/" + w.alpha.id + "/members/" + w.asker.user, nil, nil
		},
		"create_connection": plain(w.ann, "/connections?unchecked=true", clickhouse("alpha_more", w.alpha.id, "127.0.0.1:2")),
		"change_connection": func() (*client, string, any, []option) {
			at := "/connections/" + w.alpha.connection
			return w.ann, at + "?unchecked=true", clickhouse("alpha_db", w.alpha.id, "127.0.0.1:3"), match(at)
		},
		"remove_connection": func() (*client, string, any, []option) {
			at := "/connections/" + w.ann.make("/connections?unchecked=true", clickhouse("alpha_old", w.alpha.id, "127.0.0.1:2"))
			return w.ann, at, nil, match(at)
		},
		"create_table": plain(w.ann, "/tables", queued("ods.alpha.one_more", w.alpha.id)),
		"change_table": func() (*client, string, any, []option) {
			at := "/tables/" + w.alpha.table
			in := queued(w.alpha.tableName, w.alpha.id)
			in["description"] = "what listeners do"
			return w.ann, at, in, match(at)
		},
		"remove_table": func() (*client, string, any, []option) {
			at := "/tables/" + w.fresh()
			return w.ann, at, nil, match(at)
		},
		"create_document":  plain(w.ann, "/documents", map[string]any{"name": "cdm.alpha.more", "team": w.alpha.id, "text": ""}),
		"save_draft":       onDoc("/draft", map[string]any{"text": "format: 1\n"}),
		"rename_document":  onDoc("/name", map[string]any{"name": "cdm.alpha.renamed"}),
		"delete_document":  onDoc("", nil),
		"publish_document": onDoc("/versions", map[string]any{}),
		"restore_document": onDoc("/restore", map[string]any{"version": 1}),
		"deploy_text":      plain(w.ann, "/pipelines", map[string]any{"team": w.alpha.id, "text": model("cdm.alpha.sent", w.alpha.tableName)}),
		"deploy_document":  plain(w.ann, "/documents/"+w.alpha.document+"/deploy", map[string]any{}),
		"delete_pipeline": func() (*client, string, any, []option) {
			p := pipeline()
			var st struct{ Name string }
			w.ann.do(http.MethodGet, p, nil, &st)
			return w.ann, p + "?confirm=" + st.Name, nil, nil
		},
		"start_pipeline":    act("/start", none),
		"restart_pipeline":  act("/restart", none),
		"scale_pipeline":    act("/scale", func(string) any { return map[string]any{"parallelism": 2} }),
		"rollback_pipeline": act("/rollback", func(string) any { return map[string]any{"version": 1} }),
		"reset_pipeline":    act("/reset", func(name string) any { return map[string]any{"confirm": name} }),
		"stop_pipeline": func() (*client, string, any, []option) {
			p := pipeline()
			w.ann.do(http.MethodPost, p+"/start", map[string]any{}, nil)
			return w.ann, p + "/stop", map[string]any{}, nil
		},
		"grant": func() (*client, string, any, []option) {
			return w.ann, "/policies", map[string]any{"subject": "user:" + w.bea.user, "action": "read", "scope": "table:" + w.fresh()}, nil
		},
		"revoke": func() (*client, string, any, []option) { return w.ann, "/policies/" + w.policy(), nil, nil },
		"request_access": func() (*client, string, any, []option) {
			return w.asker, "/access_requests", map[string]any{"action": "read", "scope": "db:ods.alpha", "reason": "to look"}, nil
		},
		"approve_request":  request(ann, "/approve", map[string]any{}),
		"refuse_request":   request(ann, "/refuse", map[string]any{"note": "no"}),
		"comment_request":  request(ann, "/comments", map[string]any{"text": "why?"}),
		"withdraw_request": request(asker, "/withdraw", nil),
	}
}
