package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/server/cli/client"
)

// CodeNoSuch is a name that nothing of the kind has, as far as who asks may know.
const CodeNoSuch diag.Code = "client.no_such"

// resource is a kind of things that a server has.
type resource struct {
	// path is that of the list; narrow is the list's parameter that takes a part of the name.
	path, narrow string
	// columns are the fields that a list shows, by their JSON names.
	columns []string
	// of reads a thing by its id rather than from the list, which leaves much out.
	whole bool
}

// resources are the kinds by their names, plural.
func resources() map[string]resource {
	return map[string]resource{
		"connections": {path: "/connections", columns: []string{"name", "component", "team", "description"}, whole: true},
		"tables":      {path: "/tables", narrow: "text", columns: []string{"name", "kind", "layer", "origin", "physical"}, whole: true},
		"documents":   {path: "/documents", narrow: "name", columns: []string{"name", "kind", "format", "published", "edited"}, whole: true},
		"pipelines":   {path: "/pipelines", narrow: "name", columns: []string{"name", "state", "version", "reason"}, whole: true},
		"teams":       {path: "/teams", columns: []string{"name", "description"}},
		"users":       {path: "/users", columns: []string{"name", "display_name", "role"}},
		"workers":     {path: "/workers", columns: []string{"id", "host"}},
		"policies":    {path: "/policies", columns: []string{"id", "subject", "effect", "action", "scope"}},
		"queries":     {path: "/queries", columns: []string{"id", "started", "text"}},
	}
}

// kindOf finds a kind by its name, plural or not.
func kindOf(cmd *cobra.Command, word string) (resource, string, error) {
	all := resources()
	for _, name := range []string{word, word + "s", strings.TrimSuffix(word, "y") + "ies"} {
		if r, ok := all[name]; ok {
			return r, name, nil
		}
	}
	if word == "models" || word == "model" {
		return all["documents"], "documents", nil
	}
	return resource{}, "", usageError(cmd, fmt.Errorf("there is no kind %q: write one of %s", word, strings.Join(slices.Sorted(maps.Keys(all)), ", ")))
}

// thing is something that a server has, as its JSON.
type thing map[string]json.RawMessage

// text returns a field as people read it.
func (t thing) text(field string) string {
	raw, ok := t[field]
	if !ok || string(raw) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// find returns the thing of a name, by the name in full.
func find(ctx context.Context, api *client.Client, r resource, kind, name string) (thing, error) {
	var options []client.Option
	if r.narrow != "" {
		options = append(options, client.Query(r.narrow, name))
	}
	var known []string
	for t, err := range client.All[thing](ctx, api, r.path, options...) {
		if err != nil {
			return nil, err
		}
		if t.text("name") == name || t.text("id") == name {
			return t, nil
		}
		known = append(known, t.text("name"))
	}
	if r.narrow != "" {
		return nil, noSuch(kind, name, "")
	}
	return nil, noSuch(kind, name, diag.Nearest(name, known))
}

func noSuch(kind, name, near string) error {
	fix := "millrace get " + kind + " lists what there is."
	if near != "" {
		fix = "Did you mean " + near + "?"
	}
	return diag.Refuse(diag.ErrNotFound, CodeNoSuch, fix, "there is none of the name %s among the %s", name, kind)
}

// whole returns a thing of a name with its revision.
func whole(ctx context.Context, api *client.Client, kind, name string) (t thing, etag string, err error) {
	r := resources()[kind]
	found, err := find(ctx, api, r, kind, name)
	if err != nil || !r.whole {
		return found, "", err
	}
	err = api.Get(ctx, r.path+client.Path(found.text("id")), &t, client.ETag(&etag))
	return t, etag, err
}

// absent reports whether find found nothing.
func absent(err error) bool { return errors.Is(err, diag.ErrNotFound) }

func (c *command) getCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "get KIND [NAME]",
		Short: "List what a server has, or show one thing of it",
		Long: `Lists the connections, tables, documents (models), pipelines, teams, users, workers, policies or running queries of the server that one has
logged in to, as far as one may know of them. With a name it shows that one, as JSON; of a document, its text.`,
		Example: "  millrace get tables\n  millrace get document ads.music.top_songs",
		Args:    usageArgs(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, kind, err := kindOf(cmd, args[0])
			if err != nil {
				return err
			}
			api, err := c.api()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return c.list(cmd.Context(), api, r, asJSON)
			}
			t, _, err := whole(cmd.Context(), api, kind, args[1])
			if err != nil {
				return err
			}
			if kind == "documents" && !asJSON {
				_, err := io.WriteString(c.streams.Out, strings.TrimRight(t.text("draft"), "\n")+"\n")
				return err
			}
			return writeJSON(c.streams.Out, t)
		},
		ValidArgs: slices.Sorted(maps.Keys(resources())),
	}
	addJSON(cmd, &asJSON)
	return cmd
}

// list prints what there is of a kind.
func (c *command) list(ctx context.Context, api *client.Client, r resource, asJSON bool) error {
	columns := make([]column[thing], len(r.columns))
	for i, name := range r.columns {
		columns[i] = column[thing]{strings.ToUpper(strings.ReplaceAll(name, "_", " ")), func(t *thing) string { return t.text(name) }}
	}
	return printList(c, asJSON, client.All[thing](ctx, api, r.path), columns...)
}

// plainText writes a text that came from a server such that it does nothing to a terminal.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, s)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

func (c *command) deleteCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "delete KIND NAME",
		Short: "Remove a connection, a table, a document, or a stopped pipeline from a server",
		Long:  `What lies outside stays: topics, tables in ClickHouse, files. What is in use is only removed with --force, and a document never.`,
		Args:  usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, kind, err := kindOf(cmd, args[0])
			if err != nil {
				return err
			}
			var options []client.Option
			switch kind {
			case "connections", "tables":
				if force {
					options = append(options, client.Query("force", "true"))
				}
			case "pipelines":
				options = append(options, client.Query("confirm", args[1]))
			case "documents":
			default:
				return usageError(cmd, fmt.Errorf("%s are not deleted from here", kind))
			}
			api, err := c.api()
			if err != nil {
				return err
			}
			t, etag, err := whole(cmd.Context(), api, kind, args[1])
			if err != nil {
				return err
			}
			if err := api.Delete(cmd.Context(), r.path+client.Path(t.text("id")), append(options, client.IfMatch(etag))...); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.streams.Out, "%s deleted\n", t.text("name"))
			return err
		},
		ValidArgs: []string{"connection", "table", "document", "pipeline"},
	}
	cmd.Flags().BoolVar(&force, "force", false, "although it is in use")
	return cmd
}

// teamOf finds the team that something new belongs to: the one named, or the only one.
func teamOf(ctx context.Context, api *client.Client, name string) (string, error) {
	if name != "" {
		t, err := find(ctx, api, resources()["teams"], "teams", name)
		if err != nil {
			return "", err
		}
		return t.text("id"), nil
	}
	var who me
	if err := api.Get(ctx, "/auth/me", &who); err != nil {
		return "", err
	}
	if len(who.Teams) == 1 {
		return who.Teams[0].Team, nil
	}
	return "", failWith(exitUsage, fmt.Errorf("you are in %d teams: say with --team whose it is", len(who.Teams)))
}

// addTeam adds the flag that teamOf reads.
func addTeam(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "team", "", "`name` or id of the team that what is new belongs to (default: the only one)")
}
