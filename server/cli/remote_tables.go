package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"millrace/assets/catalog"
	"millrace/assets/catalog/search"
	"millrace/assets/grants"
	"millrace/server/cli/client"
)

func (c *command) tablesCommand() *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "tables [TEXT]",
		Short: "List the tables that one may know of, or search them",
		Long: `With a text it searches names, columns, descriptions, tags, owners and domains, in English and Chinese; the best match comes first.
Without, it lists all tables by name.`,
		Example: "  millrace tables listening time",
		Args:    usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return printList(c, asJSON, client.All[catalog.TableSummary](ctx, api, "/tables"),
					column[catalog.TableSummary]{"NAME", func(t *catalog.TableSummary) string { return t.Name }},
					column[catalog.TableSummary]{"KIND", func(t *catalog.TableSummary) string { return string(t.Kind) }},
					column[catalog.TableSummary]{"LAYER", func(t *catalog.TableSummary) string { return t.Layer }},
					column[catalog.TableSummary]{"DESCRIPTION", func(t *catalog.TableSummary) string { return t.Description }})
			}
			hits := client.All[search.Hit](ctx, api, "/search", client.Query("q", strings.Join(args, " ")), client.Query("kind", string(search.Table)))
			return printList(c, asJSON, firstOf(hits, limit),
				column[search.Hit]{"NAME", func(h *search.Hit) string { return h.Name }},
				column[search.Hit]{"KIND", func(h *search.Hit) string { return h.Type }},
				column[search.Hit]{"LAYER", func(h *search.Hit) string { return h.Layer }},
				column[search.Hit]{"MATCHES", matched},
				column[search.Hit]{"DESCRIPTION", func(h *search.Hit) string { return h.Description }})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "`tables` at most that a search shows")
	addJSON(cmd, &asJSON)
	return cmd
}

// matched names what of a table has matched a search.
func matched(h *search.Hit) string {
	var said []string
	for i := range h.Highlights {
		m := &h.Highlights[i]
		word := strings.ReplaceAll(m.Field, "_", " ")
		if m.Column != "" {
			word = "column " + m.Column
		}
		if len(said) == 0 || said[len(said)-1] != word {
			said = append(said, word)
		}
	}
	return strings.Join(said, ", ")
}

func (c *command) describeCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "describe TABLE",
		Short:   "Show a table: its columns, keys, owner and where it lies",
		Example: "  millrace describe ads.music.long_plays",
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			found, _, err := whole(cmd.Context(), api, "tables", args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.streams.Out, found)
			}
			text, err := json.Marshal(found)
			if err != nil {
				return err
			}
			var t catalog.Table
			if err := json.Unmarshal(text, &t); err != nil {
				return fmt.Errorf("reading the table: %w", err)
			}
			team := ""
			if t.Team != "" {
				_, team, _ = strings.Cut(newDirectory(api).called(cmd.Context(), grants.TeamSubject(t.Team)), ":")
			}
			return c.describe(&t, team)
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

// describe prints what a table is, and then its columns.
func (c *command) describe(t *catalog.Table, team string) error {
	w := newTable(c.streams.Out)
	w.field("name", t.Name)
	w.field("kind", string(t.Kind))
	w.field("layer", t.Layer)
	w.field("owner", team)
	w.field("domain", t.Domain)
	w.field("tags", strings.Join(t.Tags, ", "))
	w.field("origin", string(t.Origin))
	w.field("connection", strings.Join(t.Connections, ", "))
	w.field("physical", t.Physical)
	w.field("key", strings.Join(t.Key, ", "))
	if t.EventTime != nil {
		w.field("event time", fmt.Sprintf("%s, %s out of order", t.EventTime.Column, t.EventTime.OutOfOrder))
	}
	if t.Drift != nil && t.Drift.Severity != catalog.Unchanged {
		w.field("drift", fmt.Sprintf("%s, found at %s", t.Drift.Severity, stamp(t.Drift.At)))
	}
	w.field("description", t.Description)
	if err := w.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(c.streams.Out); err != nil {
		return err
	}
	w.line([]string{"COLUMN", "TYPE", "NULL", "DESCRIPTION"})
	for _, col := range t.Columns {
		w.line([]string{col.Name, col.Type, yes(col.Nullable, "null"), col.Description})
	}
	return w.Flush()
}
