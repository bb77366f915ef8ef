package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
	"millrace/server/auth"
	"millrace/server/secret"
	"millrace/server/store"
)

// wordPlanner plans the text "copy TOPIC" and refuses others.
type wordPlanner struct{ deployed []string }

func (p *wordPlanner) Plan(_ context.Context, team string, s Source) ([]Planned, diag.List, error) {
	topic, ok := strings.CutPrefix(s.Text, "copy ")
	if !ok {
		var diags diag.List
		diags.Errorf("sql.unknown_table", diag.Span{}, "team %s knows no such table", team)
		return nil, diags, nil
	}
	return []Planned{{s.Name, controltest.Plan(s.Name, topic)}}, nil, nil
}

func (p *wordPlanner) Deployed(_ context.Context, st *control.Status, _ *plan.Plan) error {
	p.deployed = append(p.deployed, fmt.Sprint(st.Name, " ", st.Version))
	return nil
}

// pipelineOwners knows teams and pipelines.
type pipelineOwners struct {
	teamOwners
	service *control.Service
}

func (o pipelineOwners) Owner(ctx context.Context, kind Kind, id string) (string, error) {
	if kind != KindPipeline {
		return o.teamOwners.Owner(ctx, kind, id)
	}
	st, err := o.service.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return st.Team, nil
}

func (pipelineOwners) TableObject(context.Context, string) (grants.Object, error) {
	return grants.Object{}, notFound(KindTable)
}

// pipelineSite is a site with pipelines.
type pipelineSite struct {
	*site
	service *control.Service
	planner *wordPlanner
}

func newPipelineSite(t *testing.T) *pipelineSite {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	meta, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	ring, err := secret.New(make([]byte, secret.KeyBytes))
	require.NoError(t, err)
	identity, err := auth.New(auth.Options{Store: meta, Sealer: ring, Passwords: true, BasePath: "/base",
		Limits: auth.Limits{Idle: time.Hour, Lifetime: 24 * time.Hour}, Params: auth.Params{Time: 1, Memory: 64, Threads: 1}})
	require.NoError(t, err)
	service := control.NewService(control.ServiceOptions{Deployments: meta, Changes: meta, History: meta, Actor: func(ctx context.Context) control.Actor {
		a := audit.From(ctx)
		return control.Actor{Subject: a.Subject, Name: a.Name}
	}})
	planner := &wordPlanner{}
	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	newAPI(engine, "/base", Services{Sessions: identity, Identity: identity, Audit: meta, Once: NewOnce(meta, ring), Owners: pipelineOwners{teamOwners{identity}, service},
		Pipelines: service, Planner: planner, Workers: meta}, log)
	s := httptest.NewServer(engine)
	t.Cleanup(s.Close)
	return &pipelineSite{&site{s, meta, identity, ring}, service, planner}
}

// team makes a team with members.
func (s *pipelineSite) team(t *testing.T, name string, members ...auth.Account) string {
	t.Helper()
	team, err := s.identity.AddTeam(t.Context(), name, "", "")
	require.NoError(t, err)
	for _, m := range members {
		require.NoError(t, s.identity.SetMember(t.Context(), team.ID, m.ID, false))
	}
	return team.ID
}

func (s *pipelineSite) as(t *testing.T, name string, role auth.Role) (*browser, auth.Account) {
	t.Helper()
	account := s.add(t, name, role)
	b := s.browser(t)
	b.logIn(name)
	return b, account
}

func TestPipelineLife(t *testing.T) {
	s := newPipelineSite(t)
	ada, account := s.as(t, "ada", auth.Analyst)
	music := s.team(t, "music", account)
	deploy := func(text, more string) answer {
		return ada.do("POST", "/pipelines", fmt.Sprintf(`{"team":%q,"name":"ads.music.plays","text":%q%s}`, music, text, more))
	}

	refused := deploy("drop", "")
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Equal(t, "sql.unknown_table", refused.Code)
	dry := read[Deployments](t, deploy("copy plays", `,"dry_run":true`))
	require.Nil(t, dry.Pipelines[0].Pipeline)
	require.Equal(t, control.Added, dry.Pipelines[0].Impact.Sources[0].Fate)
	made := deploy("copy plays", `,"run":true,"reason":"the first","settings":{"parallelism":2,"start":{"from":"latest"}}`)
	require.Equal(t, http.StatusCreated, made.status)
	p := read[Deployments](t, made).Pipelines[0].Pipeline
	require.Equal(t, control.Blocked, p.State)
	require.Equal(t, control.ByPerson, p.Desired.Cause.Kind)
	require.Equal(t, "user:"+account.ID, p.Desired.Cause.Actor.Subject)
	require.Equal(t, "the first", p.Desired.Cause.Reason)
	require.Equal(t, []string{"ads.music.plays 1"}, s.planner.deployed)
	at := "/pipelines/" + p.ID

	bad := deploy("copy plays", `,"settings":{"on_error":"ignore"}`)
	require.Equal(t, "pipeline.settings", bad.Code)
	next := read[Deployments](t, deploy("copy skips", "")).Pipelines[0]
	require.EqualValues(t, 2, next.Pipeline.Version)
	require.True(t, next.Impact.Restart)
	stale := deploy("copy plays", fmt.Sprintf(`,"revision":%d`, p.Revision))
	require.Equal(t, http.StatusPreconditionFailed, stale.status)

	// An action is done once for a key.
	before := read[control.Status](t, ada.do("GET", at, "")).Desired.Restarts
	for range 2 {
		require.Equal(t, http.StatusOK, ada.do("POST", at+"/restart", `{"how":"now"}`, "Idempotency-Key", "one").status)
	}
	require.Equal(t, before+1, read[control.Status](t, ada.do("GET", at, "")).Desired.Restarts)

	require.Equal(t, "pipeline.not_stopped", ada.do("POST", at+"/reset", `{"confirm":"ads.music.plays"}`).Code)
	stopped := read[control.Status](t, ada.do("POST", at+"/stop", `{"reason":"a pause"}`))
	require.Equal(t, control.Stopped, stopped.State)
	require.Equal(t, control.Drain, stopped.Desired.How)
	require.Equal(t, "pipeline.confirm", ada.do("POST", at+"/reset", `{"confirm":"plays"}`).Code)
	require.Equal(t, http.StatusOK, ada.do("POST", at+"/reset", `{"confirm":"ads.music.plays"}`).status)
	rolled := read[Rolled](t, ada.do("POST", at+"/rollback", `{"version":1}`))
	require.EqualValues(t, 3, rolled.Pipeline.Version)
	require.Equal(t, control.Dropped, rolled.Impact.Sources[0].Fate)
	require.Equal(t, "pipeline.no_version", ada.do("POST", at+"/rollback", `{"version":9}`).Code)
	require.EqualValues(t, 4, read[control.Status](t, ada.do("POST", at+"/scale", `{"parallelism":3}`)).Version)
	require.Equal(t, control.StartTime, read[control.Status](t, ada.do("POST", at+"/start", `{"start":{"from":"time","time":"2026-11-21T08:00:00Z"}}`)).Desired.Start.From)
	require.Equal(t, "pipeline.settings", ada.do("POST", at+"/start", `{"start":{"from":"time"}}`).Code)

	versions := read[Items[control.Version]](t, ada.do("GET", at+"/versions?limit=3", ""))
	require.Len(t, versions.Items, 3)
	require.Empty(t, versions.Items[0].Text)
	rest := read[Items[control.Version]](t, ada.do("GET", at+"/versions?limit=3&cursor="+versions.NextCursor, ""))
	require.Len(t, rest.Items, 1)
	require.Equal(t, 2, rest.Items[0].Settings.Parallelism)
	one := read[control.Version](t, ada.do("GET", at+"/versions/2", ""))
	require.Equal(t, "copy skips", one.Text)
	require.NotEmpty(t, one.Plan)
	diff := read[Versions](t, ada.do("GET", at+"/versions/2/diff?from=1", ""))
	require.Equal(t, []string{"copy plays", "copy skips"}, []string{diff.FromText, diff.ToText})
	require.False(t, diff.Impact.Same)

	events := read[Items[control.Event]](t, ada.do("GET", at+"/events?limit=2", ""))
	require.Equal(t, []control.EventKind{control.EventStart, control.EventScaled}, []control.EventKind{events.Items[0].Kind, events.Items[1].Kind})
	events = read[Items[control.Event]](t, ada.do("GET", at+"/events?cursor="+events.NextCursor, ""))
	require.Equal(t, control.EventDeployed, events.Items[len(events.Items)-1].Kind)
	require.Empty(t, read[Items[control.LogLine]](t, ada.do("GET", at+"/log", "")).Items)
	require.Empty(t, read[Items[control.WorkerInfo]](t, ada.do("GET", "/workers", "")).Items)

	require.Equal(t, "pipeline.not_stopped", ada.do("DELETE", at+"?confirm=ads.music.plays", "").Code)
	require.Equal(t, http.StatusOK, ada.do("POST", at+"/stop", `{"how":"now"}`).status)
	require.Equal(t, http.StatusUnprocessableEntity, ada.do("DELETE", at, "").status)
	require.Equal(t, http.StatusNoContent, ada.do("DELETE", at+"?confirm=ads.music.plays", "").status)
	require.Equal(t, http.StatusNotFound, ada.do("GET", at, "").status)
}

// Pipelines of other teams are not there; operators run everybody's and change nobody's.
func TestPipelineAccess(t *testing.T) {
	s := newPipelineSite(t)
	ada, account := s.as(t, "ada", auth.Analyst)
	other, otherAccount := s.as(t, "bob", auth.Analyst)
	viewer, viewerAccount := s.as(t, "vic", auth.Viewer)
	operator, _ := s.as(t, "oz", auth.Operator)
	music := s.team(t, "music", account, viewerAccount)
	s.team(t, "video", otherAccount)
	deploy := fmt.Sprintf(`{"team":%q,"name":"plays","text":"copy plays"}`, music)
	p := read[Deployments](t, ada.do("POST", "/pipelines", deploy)).Pipelines[0].Pipeline
	at := "/pipelines/" + p.ID

	require.Equal(t, http.StatusForbidden, other.do("POST", "/pipelines", deploy).status)
	require.Equal(t, http.StatusForbidden, operator.do("POST", "/pipelines", deploy).status)
	for path, method := range map[string]string{"": "GET", "/events": "GET", "/versions": "GET", "/versions/1": "GET", "/versions/1/diff": "GET", "/log": "GET",
		"/start": "POST", "/stop": "POST", "/restart": "POST", "/rollback": "POST", "/scale": "POST", "/reset": "POST"} {
		body := map[string]string{"/rollback": `{"version":1}`, "/scale": `{"parallelism":1}`, "/reset": `{"confirm":"plays"}`}[path]
		if method == "POST" && body == "" {
			body = "{}"
		}
		require.Equal(t, http.StatusNotFound, other.do(method, at+path, body).status, path)
		seen := viewer.do(method, at+path, body).status
		if method == "GET" && path != "/log" {
			require.Equal(t, http.StatusOK, seen, path)
		} else {
			require.Equal(t, http.StatusForbidden, seen, path)
		}
		run := operator.do(method, at+path, body).status
		if path == "/rollback" || path == "/reset" {
			require.Equal(t, http.StatusForbidden, run, path)
		} else {
			require.Equal(t, http.StatusOK, run, path)
		}
	}
	require.Equal(t, http.StatusForbidden, operator.do("DELETE", at+"?confirm=plays", "").status)
	require.Equal(t, http.StatusForbidden, viewer.do("GET", "/workers", "").status)
	require.Equal(t, http.StatusUnauthorized, s.browser(t).do("GET", "/pipelines", "").status)
	require.Empty(t, read[Items[control.Status]](t, other.do("GET", "/pipelines", "")).Items)
	require.Len(t, read[Items[control.Status]](t, operator.do("GET", "/pipelines", "")).Items, 1)
}

func TestListPipelines(t *testing.T) {
	s := newPipelineSite(t)
	ada, account := s.as(t, "ada", auth.Analyst)
	music := s.team(t, "music", account)
	for i := range 12 {
		_, _, err := s.service.Deploy(t.Context(), control.Deploy{Name: fmt.Sprintf("p%02d", i), Team: music, Plan: controltest.Plan("p", "plays"), Run: i%3 == 0})
		require.NoError(t, err)
	}
	walk := func(query string) (names []string) {
		t.Helper()
		for cursor := ""; ; {
			page := read[Items[control.Status]](t, ada.do("GET", "/pipelines?limit=2"+query+cursor, ""))
			require.LessOrEqual(t, len(page.Items), 2)
			for _, st := range page.Items {
				names = append(names, st.Name)
			}
			if page.NextCursor == "" {
				return names
			}
			cursor = "&cursor=" + page.NextCursor
		}
	}
	require.Len(t, walk(""), 12)
	require.Equal(t, []string{"p00", "p03", "p06", "p09"}, walk("&state=blocked"))
	require.Equal(t, []string{"p00", "p03", "p06", "p09"}, walk("&want=running"))
	require.Len(t, walk("&state=blocked&state=stopped"), 12)
	require.Equal(t, []string{"p10", "p11"}, walk("&name=P1"))
	require.Empty(t, walk("&team=another"))
}

// A list of a thousand deployed pipelines answers within what a page may take. MILLRACE_BENCH=1 asks for it.
func TestListIsQuick(t *testing.T) {
	if os.Getenv("MILLRACE_BENCH") == "" {
		t.Skip("MILLRACE_BENCH is not set")
	}
	s := newPipelineSite(t)
	ada, account := s.as(t, "ada", auth.Analyst)
	music := s.team(t, "music", account)
	p := controltest.Plan("p", "plays")
	for i := range 1000 {
		_, _, err := s.service.Deploy(t.Context(), control.Deploy{Name: fmt.Sprintf("ads.music.model_%04d", i), Team: music, Plan: p})
		require.NoError(t, err)
	}
	var took []time.Duration
	for range 60 {
		began := time.Now()
		require.Len(t, read[Items[control.Status]](t, ada.do("GET", "/pipelines?limit=100", "")).Items, 100)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("a page of 100 of 1,000: median %s, p95 %s", took[30], took[56])
}
