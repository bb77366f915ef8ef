package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"millrace/server/app"
)

func (c *command) rejectsCommand() *cobra.Command {
	var data, kind string
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rejects [PIPELINE]",
		Short: "List dead letters and late rows",
		Long: `Lists what pipelines of the data folder have rejected, the newest first: rows that failed (dead) and rows that came after their window was
closed (late). It works beside a running pipeline. With a pipeline's name, who has logged in to a server is told of that server's, unless --data
names a folder.`,
		Args: usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if kind != "" && kind != "dead" && kind != "late" {
				return usageError(cmd, fmt.Errorf("--kind is %q: write dead or late", kind))
			}
			if limit < 0 {
				return usageError(cmd, errors.New("--limit cannot be negative"))
			}
			if len(args) == 1 && data == "" && c.configPath == "" && serverKnown() {
				return c.remoteRejects(cmd.Context(), args[0], kind, limit, asJSON)
			}
			config, err := c.config(data, "")
			if err != nil {
				return err
			}
			pipeline := ""
			if len(args) == 1 {
				pipeline = args[0]
			}
			return app.ListRejects(cmd.Context(), config, pipeline, kind, limit, func(r app.Reject) error {
				if asJSON {
					e := json.NewEncoder(c.streams.Out)
					e.SetEscapeHTML(false)
					return e.Encode(r)
				}
				_, err := io.WriteString(c.streams.Out, rejectText(r))
				return err
			})
		},
	}
	addData(cmd, &data)
	cmd.Flags().StringVar(&kind, "kind", "", "dead or late (default: both)")
	cmd.Flags().IntVar(&limit, "limit", 100, "`rows` to list at most; 0 lists all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line; raw records are in base64")
	complete(cmd, "kind", "dead", "late")
	return cmd
}

// rejectText is a reject for people: what and where on one line, the record below.
func rejectText(r app.Reject) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  epoch %d  ", r.Committed.Local().Format("2006-01-02 15:04:05"), r.Pipeline, r.Epoch)
	if r.Kind == "late" {
		b.WriteString("late")
		if r.WindowFrom != nil && r.WindowTo != nil {
			fmt.Fprintf(&b, " for %s to %s", r.WindowFrom.Format("2006-01-02 15:04:05Z"), r.WindowTo.Format("2006-01-02 15:04:05Z"))
		}
		if r.Partly {
			b.WriteString(", counted from then on")
		}
	} else {
		b.WriteString(string(r.Code))
		if r.Path != "" {
			fmt.Fprintf(&b, " at %s", r.Path)
		}
	}
	fmt.Fprintf(&b, "  #%s", r.Node)
	if r.Partition != "" {
		fmt.Fprintf(&b, "  %s offset %d", r.Partition, r.Offset)
	}
	b.WriteByte('\n')
	switch {
	case len(r.Row) > 0:
		fmt.Fprintf(&b, "    %s\n", r.Row)
	case len(r.Raw) > 0:
		fmt.Fprintf(&b, "    %s", printable(string(r.Raw)))
		if r.Truncated {
			fmt.Fprintf(&b, " (the beginning of %s bytes)", count(int64(r.Size)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
