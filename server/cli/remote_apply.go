package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/sqltext"
	"millrace/server/app"
	"millrace/server/cli/client"
)

// CodeApply is a file that says nothing that could be brought to a server.
const CodeApply diag.Code = "apply.file"

func (c *command) applyCommand() *cobra.Command {
	var files []string
	var team, message string
	var draft bool
	cmd := &cobra.Command{
		Use:   "apply -f FILE|FOLDER",
		Short: "Bring connections, tables and models from files to a server",
		Long: `Makes what the server does not have of the files, and changes what it has otherwise: the connections and tables of catalog files, and the
models of documents (YAML) and scripts (SQL). Of a folder all files are taken, catalog files first. What is the same stays as it is.

Secrets that a catalog file takes from the environment, as {env: NAME}, are read here and sent. A model is published, unless --draft; what is
wrong with it is said, and the draft stays. A script is named by the one table that it writes, or by SET 'pipeline.name'.`,
		Example: "  millrace apply -f catalog.yaml -f models/\n  millrace apply -f top_songs.yaml --draft",
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(files) == 0 {
				return usageError(cmd, errors.New("say with -f what to apply"))
			}
			api, err := c.api()
			if err != nil {
				return err
			}
			a := &applier{command: c, ctx: cmd.Context(), api: api, teamName: team, message: message, draft: draft, sources: app.Sources{}}
			return a.run(files)
		},
	}
	cmd.Flags().StringArrayVarP(&files, "file", "f", nil, "`file` or folder; may be repeated")
	addTeam(cmd, &team)
	cmd.Flags().StringVar(&message, "message", "", "what is new, for the versions of models")
	cmd.Flags().BoolVar(&draft, "draft", false, "keep models as drafts")
	_ = cmd.MarkFlagFilename("file", "yaml", "yml", "json", "sql")
	return cmd
}

// applier brings files to a server.
type applier struct {
	*command
	ctx      context.Context
	api      *client.Client
	teamName string
	team     string
	message  string
	draft    bool
	sources  app.Sources
	failed   bool
}

// declared is what a file holds.
type declared struct {
	file string
	// catalog is a catalog file's content; else it is a model with a name and a format.
	catalog      *model.Value
	name, format string
	text         string
}

func (a *applier) run(paths []string) error {
	var found []declared
	for _, path := range paths {
		some, err := a.read(path)
		if err != nil {
			return err
		}
		found = append(found, some...)
	}
	// Models stand on tables, which stand on connections.
	slices.SortStableFunc(found, func(x, y declared) int {
		switch {
		case (x.catalog == nil) == (y.catalog == nil):
			return 0
		case x.catalog != nil:
			return -1
		}
		return 1
	})
	for _, section := range []string{"connections", "tables"} {
		for _, d := range found {
			if d.catalog == nil {
				continue
			}
			if err := a.catalog(d, section); err != nil {
				return fmt.Errorf("%s: %w", d.file, err)
			}
		}
	}
	for _, d := range found {
		if d.catalog == nil {
			if err := a.document(d); err != nil {
				return err
			}
		}
	}
	if a.failed {
		return failWith(exitDiagnostics, nil)
	}
	return nil
}

// read reads a file, or those of a folder in the order of their names.
func (a *applier) read(path string) ([]declared, error) {
	var out []declared
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != path && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		switch strings.ToLower(filepath.Ext(file)) {
		case ".yaml", ".yml", ".json", ".sql":
		default:
			if file != path {
				return nil
			}
		}
		d, err := a.declared(file)
		if err == nil {
			out = append(out, d)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return out, nil
}

func (a *applier) declared(file string) (declared, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return declared{}, err
	}
	a.sources[file] = string(src)
	d := declared{file: file, text: string(src), format: "yaml"}
	if app.IsScript(file) {
		d.format = "sql"
		d.name, err = scriptName(file, d.text)
		return d, err
	}
	root, ok, diags := model.ParseYAML(file, src)
	if !ok {
		return d, diags
	}
	if _, nodes := root.Get("kind"); nodes {
		name, _ := root.Get("name")
		if name != nil {
			d.name = name.Text
		}
		if d.name == "" {
			return d, refuseFile(file, "Write name: catalog.db.table.", "the model has no name")
		}
		return d, nil
	}
	d.catalog = &root
	return d, nil
}

func refuseFile(file, fix, format string, args ...any) error {
	var diags diag.List
	d := diags.Errorf(CodeApply, diag.Span{}, format, args...)
	d.File, d.Fix = file, fix
	return diags
}

// scriptName is what a script calls its pipeline, or the one table that it writes.
func scriptName(file, text string) (string, error) {
	script, _ := sqltext.ParseScript(text)
	name, into := "", map[string]bool{}
	for _, st := range script.Statements {
		switch st := st.(type) {
		case *sqltext.Set:
			if st.Key == "pipeline.name" && !st.Reset {
				name = st.Value
			}
		case *sqltext.Insert:
			into[st.Into.Text()] = true
		case *sqltext.StatementSet:
			for _, i := range st.Inserts {
				into[i.Into.Text()] = true
			}
		}
	}
	if name == "" && len(into) == 1 {
		for name = range into {
		}
	}
	if strings.Count(name, ".") != 2 {
		return "", refuseFile(file, "Begin it with SET 'pipeline.name' = 'catalog.db.table';", "the script does not say what it is called")
	}
	return name, nil
}

func (a *applier) say(what, name, how string) {
	fmt.Fprintf(a.streams.Out, "%-10s  %s  %s\n", what, name, how)
}

// owner is the team that what is new belongs to; it is asked for when there is something new.
func (a *applier) owner() (string, error) {
	var err error
	if a.team == "" {
		a.team, err = teamOf(a.ctx, a.api, a.teamName)
	}
	return a.team, err
}

// catalog applies one section of a catalog file.
func (a *applier) catalog(d declared, section string) error {
	entries, ok := d.catalog.Get(section)
	if !ok {
		return nil
	}
	for _, e := range entries.Entries {
		body, err := a.entry(section, e)
		if err == nil {
			err = a.put(section, e.Key, body)
		}
		if err != nil {
			return fmt.Errorf("%s.%s: %w", section, e.Key, err)
		}
	}
	return nil
}

// entry is an entry of a catalog file as the API takes it. A connection's secrets are opened.
func (a *applier) entry(section string, e model.Entry) (thing, error) {
	v := e.Value
	if section == "connections" {
		registry, err := all.Registry()
		if err != nil {
			return nil, err
		}
		name, _ := v.Get("component")
		if name == nil {
			return nil, errors.New("it has no component")
		}
		spec, ok := registry.Get(component.KindConnection, name.Text)
		params, has := v.Get("params")
		if ok && has {
			opened, err := component.MapSecrets(spec.Fields, *params, openSecret)
			if err != nil {
				return nil, err
			}
			*params = opened
		}
	}
	body := thing{}
	if err := json.Unmarshal(v.JSON(), &body); err != nil {
		return nil, err
	}
	if section == "connections" && body["params"] == nil {
		body["params"] = json.RawMessage("{}")
	}
	return body, nil
}

// openSecret reads a secret that stands in this machine's environment.
func openSecret(path string, v model.Value) (model.Value, error) {
	name, ok := v.Get("env")
	if v.Kind != model.Map || !ok {
		return v, nil
	}
	text, set := os.LookupEnv(name.Text)
	if !set {
		return v, fmt.Errorf("%s: the variable %s is not set here", path, name.Text)
	}
	return model.Value{Kind: model.String, Text: text}, nil
}

// put makes or changes a connection or a table.
func (a *applier) put(kind, name string, body thing) error {
	r := resources()[kind]
	is, etag, err := whole(a.ctx, a.api, kind, name)
	body["name"], _ = json.Marshal(name)
	what := strings.TrimSuffix(kind, "s")
	if absent(err) {
		team, err := a.owner()
		if err != nil {
			return err
		}
		body["team"], _ = json.Marshal(team)
		if err := a.api.Post(a.ctx, r.path, body, nil); err != nil {
			return err
		}
		a.say(what, name, "created")
		return nil
	}
	if err != nil {
		return err
	}
	body["team"] = is["team"]
	if a.same(kind, is, body) {
		a.say(what, name, "unchanged")
		return nil
	}
	if err := a.api.Put(a.ctx, r.path+client.Path(is.text("id")), body, nil, client.IfMatch(etag)); err != nil {
		return err
	}
	a.say(what, name, "changed")
	return nil
}

// same reports whether everything that a file says of a thing is so. A secret is never known to be the same.
func (a *applier) same(kind string, is, want thing) bool {
	if kind == "connections" && bytes.Contains(is["params"], []byte(`"secret"`)) {
		return false
	}
	for key, v := range want {
		if !contains(is[key], v) {
			return false
		}
	}
	return true
}

// contains reports whether a JSON value has everything of another: what the server fills in does not count.
func contains(has, want json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(want, &y) != nil {
		return false
	}
	if len(has) > 0 && json.Unmarshal(has, &x) != nil {
		return false
	}
	return within(x, y)
}

func within(has, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		m, ok := has.(map[string]any)
		for k, v := range want {
			if !ok || !within(m[k], v) {
				return false
			}
		}
		return ok
	case []any:
		l, ok := has.([]any)
		if !ok || len(l) != len(want) {
			return false
		}
		for i := range want {
			if !within(l[i], want[i]) {
				return false
			}
		}
		return true
	}
	if m, ok := has.(map[string]any); ok {
		has = m["column"] // the short form of an event time
	}
	return fmt.Sprint(has) == fmt.Sprint(want)
}

// savedDocument is what the server says of a draft.
type savedDocument struct {
	ID          string    `json:"id"`
	Draft       string    `json:"draft"`
	Edited      bool      `json:"edited"`
	Published   int       `json:"published"`
	Diagnostics diag.List `json:"diagnostics"`
}

// document makes or changes a model, and publishes it.
func (a *applier) document(d declared) error {
	path := "/documents"
	var saved savedDocument
	var etag string
	how := "created"
	found, err := find(a.ctx, a.api, resources()["documents"], "documents", d.name)
	switch {
	case absent(err):
		team, err := a.owner()
		if err != nil {
			return err
		}
		body := map[string]any{"name": d.name, "team": team, "format": d.format, "text": d.text}
		if err := a.api.Post(a.ctx, path, body, &saved, client.ETag(&etag)); err != nil {
			return a.placed(d, err)
		}
	case err != nil:
		return err
	default:
		path += client.Path(found.text("id"))
		if err := a.api.Get(a.ctx, path, &saved, client.ETag(&etag)); err != nil {
			return err
		}
		if how = "unchanged"; saved.Draft != d.text {
			how = "changed"
			if err := a.api.Put(a.ctx, path+"/draft", map[string]any{"text": d.text}, &saved, client.IfMatch(etag), client.ETag(&etag)); err != nil {
				return a.placed(d, err)
			}
		}
	}
	for i := range saved.Diagnostics {
		saved.Diagnostics[i].File = d.file
	}
	a.render(a.streams.Err, a.streams.ErrColor, saved.Diagnostics, a.sources)
	if saved.Diagnostics.HasErrors() {
		a.failed = true
		a.say("document", d.name, how+", and not published")
		return nil
	}
	if a.draft || saved.Published > 0 && !saved.Edited && how == "unchanged" {
		a.say("document", d.name, how)
		return nil
	}
	version, err := publish(a.ctx, a.api, saved.ID, etag, a.message)
	if err != nil {
		return a.placed(d, err)
	}
	if version == 0 || how == "unchanged" {
		how = "unchanged"
	}
	a.say("document", d.name, fmt.Sprintf("%s, version %d", how, version))
	return nil
}

// placed has the diagnostics of an error name the file.
func (a *applier) placed(d declared, err error) error {
	var list diag.List
	if !errors.As(err, &list) {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	for i := range list {
		list[i].File = d.file
	}
	a.render(a.streams.Err, a.streams.ErrColor, list, a.sources)
	a.failed = true
	a.say("document", d.name, "refused")
	return nil
}

// publish makes the draft of a document a version.
func publish(ctx context.Context, api *client.Client, id, etag, message string) (int, error) {
	var published struct {
		Version struct {
			Number int `json:"number"`
		} `json:"version"`
	}
	err := api.Post(ctx, "/documents"+client.Path(id)+"/versions", map[string]string{"message": message}, &published, client.IfMatch(etag))
	return published.Version.Number, err
}
