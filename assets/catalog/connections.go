package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/pipelines/control"
)

// maxText bounds descriptions, in bytes.
const maxText = 64 << 10

// ConnectionInput is a connection as it is sent.
type ConnectionInput struct {
	Name        string          `json:"name" doc:"unique; models and tables refer to it, so it never changes"`
	Component   string          `json:"component" doc:"kafka, clickhouse, file, ..."`
	Team        string          `json:"team" doc:"the id of the team it belongs to"`
	Description string          `json:"description,omitempty" doc:"Markdown"`
	Params      json.RawMessage `json:"params" doc:"as the component declares them; a secret is a text, {\"secret\": \"set\"} keeps the one there is"`
}

// Connection is a connection as it is shown.
type Connection struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Component   string          `json:"component"`
	Params      json.RawMessage `json:"params" doc:"each secret that is set is {\"secret\": \"set\"}"`
	Team        string          `json:"team,omitempty"`
	Description string          `json:"description,omitempty"`
	Builtin     bool            `json:"builtin,omitempty" doc:"it leads to an embedded part"`
	Revision    int64           `json:"revision"`
	Created     time.Time       `json:"created"`
	Updated     time.Time       `json:"updated"`
	Check       *Check          `json:"check,omitempty" doc:"the outcome of the last check"`
}

// Shown returns a connection without its secrets.
func (h *Hub) Shown(e *ConnectionEntry) (Connection, error) {
	params, err := h.shown(e)
	if err != nil {
		return Connection{}, err
	}
	c := Connection{ID: e.ID, Name: e.Name, Component: e.Component, Params: params, Team: e.Team, Description: e.Description, Builtin: e.Builtin,
		Revision: e.Revision, Created: e.Created, Updated: e.Updated}
	if !e.Check.At.IsZero() {
		c.Check = &e.Check
	}
	return c, nil
}

// CreateConnection makes a connection. The error is a diag.List with JSON paths when the input is wrong.
func (h *Hub) CreateConnection(ctx context.Context, in ConnectionInput) (*ConnectionEntry, error) {
	e := &ConnectionEntry{ID: control.NewID(), Name: in.Name}
	if err := h.fill(ctx, e, nil, in); err != nil {
		return nil, err
	}
	edit := &Edit{Op: Create, Connection: e, Line: line("connection.create", "connection", e.ID, e.Name, e.Team, map[string]string{"component": e.Component})}
	return e, h.apply(ctx, edit)
}

// UpdateConnection changes a connection at a revision; 0 is any.
func (h *Hub) UpdateConnection(ctx context.Context, id string, revision int64, in ConnectionInput) (*ConnectionEntry, error) {
	old, err := h.ownConnection(ctx, id)
	if err != nil {
		return nil, err
	}
	if revision != 0 && revision != old.Revision {
		return nil, stale("connection")
	}
	e := *old
	if err := h.fill(ctx, &e, old, in); err != nil {
		return nil, err
	}
	// What was read is what was changed, also where any revision will do: the secrets that are kept are those of this one.
	edit := &Edit{Op: Update, Connection: &e, Revision: old.Revision, Line: line("connection.update", "connection", e.ID, e.Name, e.Team, nil)}
	return &e, h.apply(ctx, edit)
}

// DeleteConnection removes a connection that no table uses, or with force any.
func (h *Hub) DeleteConnection(ctx context.Context, id string, revision int64, force bool) error {
	e, err := h.ownConnection(ctx, id)
	if err != nil {
		return err
	}
	if !force {
		if used := h.Latest().through(e.Name); len(used) > 0 {
			return inUse("connection", e.Name, used)
		}
	}
	return h.apply(ctx, &Edit{Op: Delete, Connection: e, Revision: revision, Line: line("connection.delete", "connection", e.ID, e.Name, e.Team, map[string]bool{"force": force})})
}

// through lists the tables that are read or written through a connection.
func (s *Snapshot) through(connection string) []User {
	var out []User
	for _, t := range s.tables {
		for _, c := range t.Connections {
			if c == connection {
				out = append(out, User{Kind: "table", ID: t.ID, Name: t.Name, Team: t.Team})
				break
			}
		}
	}
	return out
}

func inUse(kind, name string, used []User) error {
	const most = 5
	names := make([]string, 0, most)
	for i, u := range used {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(used)-most))
			break
		}
		names = append(names, u.Kind+" "+u.Name)
	}
	return diag.Refuse(diag.ErrConflict, CodeInUse, "Change them first, or force it: they will fail.", "the %s %s is used by %s", kind, name, strings.Join(names, ", "))
}

// ownConnection returns a connection that may be changed.
func (h *Hub) ownConnection(ctx context.Context, id string) (*ConnectionEntry, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := s.ConnectionByID(id)
	switch {
	case !ok:
		return nil, notFound("connection")
	case e.Builtin:
		return nil, diag.Refuse(diag.ErrConflict, CodeBuiltin, "Make a connection of your own.", "the connection %s leads to an embedded part, and the server keeps it itself", e.Name)
	}
	return e, nil
}

// fill checks an input and puts it into e; old is the entry that is changed, nil for a new one.
func (h *Hub) fill(ctx context.Context, e, old *ConnectionEntry, in ConnectionInput) error {
	var diags diag.List
	report := func(code diag.Code, path, fix, format string, args ...any) {
		d := diags.Errorf(code, diag.Span{}, format, args...)
		d.Path, d.Fix = path, fix
	}
	switch {
	case old != nil && in.Name != "" && in.Name != old.Name:
		report(CodeFixed, "name", "Make another connection.", "the name of a connection never changes: models refer to %s", old.Name)
	case old == nil && !connectionName.MatchString(in.Name):
		report(CodeName, "name", "Begin with a letter.", "%q cannot be the name of a connection: it takes up to 63 letters, digits, underscores and hyphens", in.Name)
	}
	if old != nil {
		if in.Component != "" && in.Component != old.Component {
			report(CodeFixed, "component", "Make another connection.", "a connection to %s stays one", old.Component)
			return refused(diags)
		}
		in.Component = old.Component
	}
	if in.Team == "" {
		report(CodeWord, "team", "Name one of your teams.", "a connection belongs to a team")
	}
	if len(in.Description) > maxText {
		report(component.CodeOutOfRange, "description", "", "the description is longer than %d bytes", maxText)
	}
	spec, ok := h.Registry.Get(component.KindConnection, in.Component)
	if !ok {
		fix := "There are " + strings.Join(h.Registry.Names(component.KindConnection), ", ") + "."
		report(CodeUnknownComponent, "component", fix, "there is no connection component %q", in.Component)
		return refused(diags)
	}
	p, err := h.sent(spec, in.Params, old, &diags)
	if err != nil {
		return err
	}
	if err := refused(diags); err != nil {
		return err
	}
	if err := h.judge(ctx, spec, p); err != nil {
		return err
	}
	if e.Params, err = h.seal(e.ID, spec, p); err != nil {
		return fmt.Errorf("storing the parameters: %w", err)
	}
	e.Component, e.Team, e.Description = spec.Name, in.Team, in.Description
	return nil
}

// judge refuses parameters that lead to where connections may not go. What is reached is judged again each time, for names come to mean
// something else; here nothing that could only fail is stored, whether its system was asked or not.
func (h *Hub) judge(ctx context.Context, spec *component.Spec, p component.Params) error {
	if h.Reach == nil {
		return nil
	}
	def := spec.Connection
	if judge, ok := h.Reach.(component.Judge); ok && def.Addresses != nil {
		for _, address := range def.Addresses(p) {
			if address == "" {
				continue // this machine's folders
			}
			if err := unreachable(judge.Judge(ctx, address)); err != nil {
				return err
			}
		}
	}
	if def.Folders == nil {
		return nil
	}
	for _, folder := range def.Folders(p) {
		root, err := h.Reach.Root(folder)
		if err == nil {
			_ = root.Close() // nothing was read or written
		}
		if err := unreachable(err); err != nil {
			return err
		}
	}
	return nil
}

// unreachable makes a refusal to the one who asks of what a Reach says for good; what may pass, such as a folder that is not there yet, is
// none.
func unreachable(err error) error {
	var forever *component.PermanentError
	var failure *diag.Failure
	if !errors.As(err, &forever) || !errors.As(err, &failure) {
		return nil
	}
	return diag.Refuse(diag.ErrInvalid, failure.Code, failure.Fix, "%s", failure.Message)
}

func (h *Hub) sent(spec *component.Spec, text json.RawMessage, old *ConnectionEntry, diags *diag.List) (component.Params, error) {
	if len(text) == 0 {
		text = json.RawMessage("{}")
	}
	v, err := model.ParseJSON(text)
	if err != nil {
		diags.Errorf(component.CodeBadValue, diag.Span{}, "the parameters are not JSON").Path = "params"
		return component.Params{}, nil //nolint:nilerr // it is about what was sent, and told as a diagnostic
	}
	if v.Kind != model.Map {
		diags.Errorf(component.CodeWrongKind, diag.Span{}, "the parameters must be a mapping, not %s", v.Kind).Path = "params"
		return component.Params{}, nil
	}
	return h.parameters(spec, v, old, diags)
}

// TryConnection checks a connection that is not stored yet. id names the one that the secrets which are kept belong to, "" for none.
func (h *Hub) TryConnection(ctx context.Context, id string, in ConnectionInput) (Check, error) {
	var old *ConnectionEntry
	if id != "" {
		var err error
		if old, err = h.ownConnection(ctx, id); err != nil {
			return Check{}, err
		}
		in.Component = old.Component
	}
	spec, ok := h.Registry.Get(component.KindConnection, in.Component)
	var diags diag.List
	if !ok {
		diags.Errorf(CodeUnknownComponent, diag.Span{}, "there is no connection component %q", in.Component).Path = "component"
		return Check{}, refused(diags)
	}
	p, err := h.sent(spec, in.Params, old, &diags)
	if err == nil {
		err = refused(diags)
	}
	if err != nil {
		return Check{}, err
	}
	if p, err = component.ResolveSecrets(spec.Fields, p, func(string) (string, bool) { return "", false }); err != nil {
		return Check{}, fmt.Errorf("reading the secrets: %w", err)
	}
	return h.check(ctx, spec, &component.Connection{Name: in.Name, Component: spec.Name, Params: p, Reach: h.Reach}), nil
}

// CheckConnection reaches the system of a connection and keeps what came of it.
func (h *Hub) CheckConnection(ctx context.Context, id string) (Check, error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return Check{}, err
	}
	e, ok := s.ConnectionByID(id)
	if !ok {
		return Check{}, notFound("connection")
	}
	c, err := h.open(e)
	if err != nil {
		return Check{}, err
	}
	spec, _ := h.Registry.Get(component.KindConnection, e.Component)
	outcome := h.check(ctx, spec, c)
	if ctx.Err() != nil {
		return outcome, ctx.Err() // who asked went away: that says nothing of the system
	}
	return outcome, h.KeepCheck(ctx, id, outcome)
}

// KeepCheck keeps what came of a check of a connection that was not stored then.
func (h *Hub) KeepCheck(ctx context.Context, id string, outcome Check) error {
	err := h.Store.Checked(ctx, id, outcome)
	h.changes.Add(1)
	return err
}

// check asks the component, for ten seconds at most.
func (h *Hub) check(ctx context.Context, spec *component.Spec, c *component.Connection) Check {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	err := spec.Connection.Check(ctx, c)
	out := Check{At: time.Now().UTC(), OK: err == nil}
	if err == nil {
		return out
	}
	out.Code, out.Message = CodeCheck, err.Error()
	var failure *diag.Failure
	switch {
	case errors.As(err, &failure):
		out.Code, out.Message, out.Fix = failure.Code, failure.Message, failure.Fix
		if failure.Cause != nil {
			out.Message += ": " + failure.Cause.Error()
		}
	case errors.Is(err, context.DeadlineExceeded):
		out.Message = "the system did not answer within ten seconds"
	}
	// What a client library says may hold what it was given.
	for _, secret := range plainSecrets(spec.Fields, c.Params) {
		out.Message = strings.ReplaceAll(out.Message, secret, "(secret)")
	}
	return out
}

// plainSecrets lists the texts of resolved secrets.
func plainSecrets(fields []component.Field, p component.Params) []string {
	var out []string
	for i := range fields {
		f := &fields[i]
		if s := p.String(f.Name); f.Secret && len(s) > 3 {
			out = append(out, s)
		}
		if f.Type == component.FieldObject {
			out = append(out, plainSecrets(f.Fields, p.Object(f.Name))...)
		}
	}
	return out
}

// EnsureBuiltin makes or changes the connection to an embedded part, which the server does when the part starts.
func (h *Hub) EnsureBuiltin(ctx context.Context, c *component.Connection, description string) error {
	s, err := h.fresh(ctx)
	if err != nil {
		return err
	}
	spec, ok := h.Registry.Get(component.KindConnection, c.Component)
	if !ok {
		return fmt.Errorf("keeping the connection %s: there is no connection component %q", c.Name, c.Component)
	}
	e := &ConnectionEntry{ID: control.NewID(), Name: c.Name}
	op := Create
	if old, ok := s.ConnectionEntry(c.Name); ok {
		if !old.Builtin {
			return nil // somebody has a connection of this name: it counts
		}
		same := *old
		e, op = &same, Update
		if before, err := h.open(old); err == nil && h.alike(spec, before.Params, c.Params) {
			return nil
		}
	}
	e.Component, e.Builtin, e.Description = c.Component, true, description
	if e.Params, err = h.seal(e.ID, spec, asSecrets(spec.Fields, c.Params)); err != nil {
		return fmt.Errorf("keeping the connection %s: %w", c.Name, err)
	}
	return h.apply(ctx, &Edit{Op: op, Connection: e, Line: line("connection."+string(op), "connection", e.ID, e.Name, "", nil)})
}

// alike reports whether two sets of parameters, with their secrets resolved or not, say the same.
func (h *Hub) alike(spec *component.Spec, a, b component.Params) bool {
	write := func(p component.Params) string {
		out, err := component.EncodeSealed(spec.Fields, asSecrets(spec.Fields, p), func(_, text string) (string, error) { return text, nil })
		if err != nil {
			return err.Error()
		}
		return string(out)
	}
	return write(a) == write(b)
}

// asSecrets returns parameters whose top-level secrets are Secrets again, after they were resolved.
func asSecrets(fields []component.Field, p component.Params) component.Params {
	values := make(map[string]any, len(fields))
	for i := range fields {
		f := &fields[i]
		values[f.Name] = p.Value(f.Name)
		if text, ok := values[f.Name].(string); ok && f.Secret {
			values[f.Name] = component.PlainSecret(text)
		}
	}
	return component.NewParams(values)
}

// Reseal seals every secret anew with what change makes of its sealed text, for the rotation of keys. It returns how many have changed.
func (h *Hub) Reseal(ctx context.Context, change func(object, field, sealed string) (string, error)) (int, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, old := range s.ConnectionEntries() {
		spec, ok := h.Registry.Get(component.KindConnection, old.Component)
		if !ok {
			continue
		}
		v, err := model.ParseJSON(old.Params)
		if err != nil {
			return total, fmt.Errorf("reading the parameters of connection %q: %w", old.Name, err)
		}
		changed := 0
		v, err = component.MapSecrets(spec.Fields, v, func(field string, v model.Value) (model.Value, error) {
			sealed, ok := component.Sealed(v)
			if !ok {
				return v, nil
			}
			anew, err := change(objectOf(old.ID), field, sealed)
			if err != nil || anew == sealed {
				return v, err
			}
			changed++
			out := v
			out.Entries = []model.Entry{{Key: v.Entries[0].Key, Value: model.Value{Kind: model.String, Text: anew}}}
			return out, nil
		})
		if err != nil {
			return total, fmt.Errorf("sealing the secrets of connection %q anew: %w", old.Name, err)
		}
		if changed == 0 {
			continue
		}
		e := *old
		e.Params = v.JSON()
		if err := h.apply(ctx, &Edit{Op: Update, Connection: &e, Revision: old.Revision, Line: line("connection.reseal", "connection", e.ID, e.Name, e.Team, nil)}); err != nil {
			return total, err
		}
		total += changed
	}
	return total, nil
}
