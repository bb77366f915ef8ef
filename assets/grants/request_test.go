package grants_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
)

func ask(scope grants.Scope, a grants.Action) grants.Request {
	return grants.Request{Scope: scope, Action: a, Reason: "the weekly report"}
}

func TestAsk(t *testing.T) {
	sees := allow("sees", "role:analyst", grants.Discover, "db:ads.music")
	with := func(r grants.Request, change func(*grants.Request)) grants.Request {
		change(&r)
		return r
	}
	read := ask("table:plays", grants.Read)
	for name, c := range map[string]struct {
		given []grants.Policy
		by    grants.By
		r     grants.Request
		want  diag.Code
	}{
		"for oneself":              {[]grants.Policy{sees}, bob(), read, ""},
		"for a team of one's own":  {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Subject = "team:shop" }), ""},
		"for another":              {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Subject = "user:eve" }), grants.CodeMayNotGrant},
		"for another team":         {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Subject = "team:charts" }), grants.CodeMayNotGrant},
		"for one's role":           {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Subject = "role:analyst" }), grants.CodeMayNotGrant},
		"a table one does not see": {nil, bob(), read, grants.CodeNotFound},
		"a table that is not":      {nil, bob(), ask("table:none", grants.Read), grants.CodeNotFound},
		"a database":               {nil, bob(), ask("db:ads.music", grants.Read), ""},
		"no reason":                {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Reason = " " }), grants.CodeNote},
		"a long reason":            {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Reason = strings.Repeat("长", 2001) }), grants.CodeNote},
		"what has passed":          {[]grants.Policy{sees}, bob(), with(read, func(r *grants.Request) { r.Expires = start }), grants.CodeExpiry},
		"what one has":             {nil, ann(), read, grants.CodePointless},
		"what one has for a time": {[]grants.Policy{sees, until(allow("1", "user:bob", grants.Read, "table:plays"), time.Hour)}, bob(),
			with(read, func(r *grants.Request) { r.Expires = start.Add(time.Hour) }), grants.CodePointless},
		"for longer than one has it": {[]grants.Policy{sees, until(allow("1", "user:bob", grants.Read, "table:plays"), time.Hour)}, bob(), read, ""},
		"what is denied":             {[]grants.Policy{sees, deny("1", "user:bob", grants.Read, "table:plays")}, bob(), read, grants.CodePointless},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, c.given...)
			r, err := o.Ask(t.Context(), c.by, c.r)
			require.Equal(t, c.want, code(t, err), "%v", err)
			if err == nil {
				require.Equal(t, grants.Open, r.State)
				require.Equal(t, "access.request "+string(c.r.Scope), strings.Join(strings.Fields(o.m.lastLine())[:2], " "))
			}
		})
	}
}

func TestDecide(t *testing.T) {
	day := 24 * time.Hour
	sees := allow("sees", "role:analyst", grants.Discover, "db:ads.music")
	for name, c := range map[string]struct {
		given   []grants.Policy
		ask     func(r *grants.Request)
		asker   grants.By
		by      grants.By
		expires time.Duration
		want    diag.Code
		granted time.Duration
	}{
		"the manager":                     {by: ann()},
		"an administrator":                {by: root()},
		"oneself":                         {asker: bob(), by: bob(), given: []grants.Policy{allow("1", "user:bob", grants.Manage, "table:plays")}, ask: func(r *grants.Request) { r.Subject = "team:shop" }, want: grants.CodeOwnRequest},
		"an administrator oneself":        {asker: root(), by: root(), given: []grants.Policy{deny("1", "role:viewer", grants.Read, "*")}, ask: func(r *grants.Request) { r.Expires = time.Time{} }, want: grants.CodeOwnRequest},
		"a stranger":                      {by: person("stranger"), want: grants.CodeNotFound},
		"a member of the team that asks":  {by: person("carl", "team:shop"), ask: func(r *grants.Request) { r.Subject = "team:shop" }, want: grants.CodeMayNotGrant},
		"for a time, as asked":            {by: ann(), ask: func(r *grants.Request) { r.Expires = start.Add(day) }, granted: day},
		"for less time than asked":        {by: ann(), ask: func(r *grants.Request) { r.Expires = start.Add(day) }, expires: time.Hour, granted: time.Hour},
		"for more time than asked":        {by: ann(), ask: func(r *grants.Request) { r.Expires = start.Add(day) }, expires: day + time.Second, want: grants.CodeExpiry},
		"for a time, not as asked":        {by: ann(), expires: day, granted: day},
		"a manager for less than that":    {by: person("dan"), given: []grants.Policy{until(allow("1", "user:dan", grants.Manage, "table:plays"), day)}, want: grants.CodeMayNotGrant},
		"a manager, for as long as he is": {by: person("dan"), given: []grants.Policy{until(allow("1", "user:dan", grants.Manage, "table:plays"), day)}, expires: day, granted: day},
	} {
		t.Run(name, func(t *testing.T) {
			asker := c.asker
			if asker.Subject == "" {
				asker = bob()
			}
			o := newOffice(t, append(c.given, sees)...)
			r := ask("table:plays", grants.Read)
			if asker.Admin {
				// Administrators may read already, so they ask for a team.
				asker.Groups = append(asker.Groups, "team:shop")
				r.Subject = "team:shop"
			}
			if c.ask != nil {
				c.ask(&r)
			}
			r, err := o.Ask(t.Context(), asker, r)
			require.NoError(t, err)
			a := grants.Approval{Note: "fine"}
			if c.expires != 0 {
				a.Expires = start.Add(c.expires)
			}
			p, err := o.Approve(t.Context(), c.by, r.ID, a)
			require.Equal(t, c.want, code(t, err), "%v", err)
			got, err := o.Requested(t.Context(), root(), r.ID)
			require.NoError(t, err)
			holder := grants.Principal{Subject: r.Subject}
			if c.want != "" {
				require.Equal(t, grants.Open, got.State)
				require.False(t, o.May(holder, grants.Read, object("plays")))
				return
			}
			require.Equal(t, grants.Approved, got.State)
			require.Equal(t, []any{c.by.Subject, "fine", p.ID}, []any{got.DecidedBy, got.Answer, got.Policy})
			require.True(t, o.May(holder, grants.Read, object("plays")))
			if c.granted != 0 {
				require.Equal(t, start.Add(c.granted), p.Expires)
				require.Equal(t, p.Expires, got.Granted)
			} else {
				require.Zero(t, p.Expires)
			}
			_, err = o.Approve(t.Context(), c.by, r.ID, a)
			require.Equal(t, grants.CodeDecided, code(t, err))
			require.Equal(t, grants.CodeDecided, code(t, o.Refuse(t.Context(), c.by, r.ID, "")))
			require.Equal(t, grants.CodeDecided, code(t, o.Withdraw(t.Context(), asker, r.ID)))
			require.Equal(t, "access.approve table:plays ads.music.plays charts", o.m.lastLine())
		})
	}
}

func TestRefuseAndWithdraw(t *testing.T) {
	o := newOffice(t, allow("sees", "role:analyst", grants.Discover, "db:ads.music"))
	first, err := o.Ask(t.Context(), bob(), ask("table:plays", grants.Read))
	require.NoError(t, err)
	second, err := o.Ask(t.Context(), bob(), ask("table:plays", grants.Write))
	require.NoError(t, err)

	_, err = o.Comment(t.Context(), ann(), first.ID, "What for?")
	require.NoError(t, err)
	_, err = o.Comment(t.Context(), bob(), first.ID, "每周报告")
	require.NoError(t, err)
	_, err = o.Comment(t.Context(), person("stranger"), first.ID, "me too")
	require.Equal(t, grants.CodeNotFound, code(t, err))
	_, err = o.Comment(t.Context(), bob(), first.ID, " ")
	require.Equal(t, grants.CodeNote, code(t, err))

	require.Equal(t, grants.CodeOwnRequest, code(t, o.Refuse(t.Context(), grants.By{Principal: bob().Principal, Admin: true}, first.ID, "")))
	require.Equal(t, grants.CodeMayNotGrant, code(t, o.Refuse(t.Context(), bob(), first.ID, "")))
	require.Equal(t, grants.CodeMayNotGrant, code(t, o.Withdraw(t.Context(), ann(), second.ID)))

	decidable, more, err := o.Requests(t.Context(), ann(), grants.RequestFilter{State: grants.Open}, true)
	require.NoError(t, err)
	require.Len(t, decidable, 2)
	require.False(t, more)
	own, more, err := o.Requests(t.Context(), bob(), grants.RequestFilter{Limit: 1}, false)
	require.NoError(t, err)
	require.Len(t, own, 1)
	require.True(t, more)
	none, _, err := o.Requests(t.Context(), person("stranger"), grants.RequestFilter{}, false)
	require.NoError(t, err)
	require.Empty(t, none)

	require.NoError(t, o.Refuse(t.Context(), ann(), first.ID, "not now"))
	require.NoError(t, o.Withdraw(t.Context(), bob(), second.ID))
	got, err := o.Requested(t.Context(), bob(), first.ID)
	require.NoError(t, err)
	require.Equal(t, []any{grants.Refused, "not now", grants.Subject("user:ann")}, []any{got.State, got.Answer, got.DecidedBy})
	require.Len(t, got.Comments, 2)
	require.False(t, o.May(bob().Principal, grants.Read, object("plays")))
	var actions []string
	for _, l := range o.m.lines {
		actions = append(actions, l.Action)
	}
	require.Equal(t, []string{"access.request", "access.request", "access.comment", "access.comment", "access.refuse", "access.withdraw"}, actions)
}
