package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/cli/client"
)

// deployedAnswer is what the server says of a deployment.
type deployedAnswer struct {
	Pipelines []struct {
		Name     string          `json:"name"`
		Pipeline *control.Status `json:"pipeline"`
		Impact   control.Impact  `json:"impact"`
	} `json:"pipelines"`
	Diagnostics diag.List `json:"diagnostics"`
}

func (c *command) deployCommand() *cobra.Command {
	var start, dryRun, asJSON bool
	var reason, message string
	var version int
	cmd := &cobra.Command{
		Use:   "deploy DOCUMENT",
		Short: "Deploy a model that a server has",
		Long: `Deploys the newest version of a model, after its draft was published where that is newer; with --version an earlier one. The plan is made with
the rights of the model's team. A pipeline that runs drains and goes on with the new version; --start starts one that does not run.`,
		Example: "  millrace deploy ads.music.top_songs --start",
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			document, etag, err := whole(ctx, api, "documents", args[0])
			if err != nil {
				return err
			}
			id := document.text("id")
			if version == 0 && !dryRun && (document.text("edited") == "true" || document.text("published") == "0") {
				if _, err := publish(ctx, api, id, etag, message); err != nil {
					return err
				}
			}
			var answer deployedAnswer
			body := map[string]any{"run": start, "dry_run": dryRun, "reason": reason, "version": version}
			if err := api.Post(ctx, "/documents"+client.Path(id)+"/deploy", body, &answer, actionKey()); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.streams.Out, answer)
			}
			return c.deployed(answer)
		},
	}
	cmd.Flags().BoolVar(&start, "start", false, "start it where it does not run")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would become of positions and state")
	cmd.Flags().IntVar(&version, "version", 0, "`number` of the model's version (default: the newest)")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the timeline")
	cmd.Flags().StringVar(&message, "message", "", "what is new, for the version")
	addJSON(cmd, &asJSON)
	return cmd
}

// actionKey makes an action happen once, should its answer get lost on the way.
func actionKey() client.Option { return client.Key(control.NewID()) }

func (c *command) deployed(answer deployedAnswer) error {
	c.render(c.streams.Err, c.streams.ErrColor, answer.Diagnostics, nil)
	for _, p := range answer.Pipelines {
		if p.Pipeline != nil {
			fmt.Fprintf(c.streams.Out, "%s  version %d  %s\n", p.Name, p.Pipeline.Version, p.Pipeline.State)
		} else {
			fmt.Fprintf(c.streams.Out, "%s  not deployed\n", p.Name)
		}
		for _, part := range slices.Concat(p.Impact.Sources, p.Impact.State, p.Impact.Sinks) {
			if part.Fate != control.Kept {
				why := ""
				if part.Why != "" {
					why = ": " + part.Why
				}
				fmt.Fprintf(c.streams.Out, "  %-8s %s %s%s\n", part.Fate, part.Kind, part.Operator, why)
			}
		}
	}
	return nil
}

// act calls an action of a pipeline and says what came of it.
func (c *command) act(ctx context.Context, name, action string, body map[string]any, wait func(*control.Status) bool, within time.Duration) error {
	api, err := c.api()
	if err != nil {
		return err
	}
	found, err := find(ctx, api, resources()["pipelines"], "pipelines", name)
	if err != nil {
		return err
	}
	path := "/pipelines" + client.Path(found.text("id"))
	var raw json.RawMessage
	if err := api.Post(ctx, path+"/"+action, body, &raw, actionKey()); err != nil {
		return err
	}
	var st control.Status
	if err := api.Get(ctx, path, &st); err != nil {
		return err
	}
	for deadline := time.Now().Add(within); wait != nil && !wait(&st) && time.Now().Before(deadline); {
		if err := pauseFor(ctx, 200*time.Millisecond); err != nil {
			return err
		}
		if err := api.Get(ctx, path, &st); err != nil {
			return err
		}
	}
	return c.stateLine(&st)
}

// pauseFor waits, unless ctx ends.
func pauseFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (c *command) stateLine(st *control.Status) error {
	why := ""
	if st.Reason != "" {
		why = "  " + plainText(firstLine(st.Reason))
	}
	if _, err := fmt.Fprintf(c.streams.Out, "%s  %s%s\n", st.Name, st.State, why); err != nil {
		return err
	}
	if st.State == control.Failed {
		return failWith(exitFailed, nil)
	}
	return nil
}

func settled(st *control.Status) bool {
	switch st.State {
	case control.Starting, control.Draining:
		return false
	}
	return true
}

func (c *command) startCommand() *cobra.Command {
	var from, confirm, reason string
	cmd := &cobra.Command{
		Use:   "start PIPELINE",
		Short: "Start a deployed pipeline",
		Long: `Starts it from its last checkpoint, and waits until it runs. With --from it begins elsewhere, and forgets its positions and state, which
--confirm NAME confirms.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := map[string]any{"reason": reason, "confirm": confirm}
			if from != "" {
				start, err := startOf(from)
				if err != nil {
					return usageError(cmd, err)
				}
				body["start"] = start
			}
			return c.act(cmd.Context(), args[0], "start", body, settled, 30*time.Second)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "earliest, latest, checkpoint, or a time as in 2026-01-02T03:04:05Z")
	cmd.Flags().StringVar(&confirm, "confirm", "", "the pipeline's `name`, where a checkpoint is to be forgotten")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the timeline")
	complete(cmd, "from", "earliest", "latest", "checkpoint")
	return cmd
}

// startOf reads where to begin.
func startOf(from string) (map[string]any, error) {
	switch from {
	case "earliest", "latest", "checkpoint":
		return map[string]any{"from": from}, nil
	}
	at, err := time.Parse(time.RFC3339, from)
	if err != nil {
		return nil, fmt.Errorf("--from is %q: write earliest, latest, checkpoint or a time as in 2026-01-02T03:04:05Z", from)
	}
	return map[string]any{"from": "time", "time": at}, nil
}

func (c *command) stopCommand() *cobra.Command {
	return c.endCommand("stop", "Stop a deployed pipeline", "Drains it: what was read is committed. With --now it ends at once, and what was not committed is read again.",
		func(st *control.Status) bool { return st.State == control.Stopped || st.State == control.Failed })
}

func (c *command) restartCommand() *cobra.Command {
	return c.endCommand("restart", "Restart a deployed pipeline, also one that has failed", "Drains it first, unless --now.", settled)
}

func (c *command) endCommand(action, short, long string, wait func(*control.Status) bool) *cobra.Command {
	var now bool
	var reason string
	cmd := &cobra.Command{
		Use: action + " PIPELINE", Short: short, Long: long, Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			how := control.Drain
			if now {
				how = control.Now
			}
			return c.act(cmd.Context(), args[0], action, map[string]any{"how": how, "reason": reason}, wait, time.Minute)
		},
	}
	cmd.Flags().BoolVar(&now, "now", false, "at once, without draining")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the timeline")
	return cmd
}

func (c *command) rollbackCommand() *cobra.Command {
	var version int64
	var reason string
	cmd := &cobra.Command{
		Use:   "rollback PIPELINE",
		Short: "Make an earlier version of a pipeline the newest",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if version <= 0 {
				return usageError(cmd, errors.New("say with --version which one"))
			}
			return c.act(cmd.Context(), args[0], "rollback", map[string]any{"version": version, "reason": reason}, settled, 30*time.Second)
		},
	}
	cmd.Flags().Int64Var(&version, "version", 0, "`number` of the version that is repeated")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the timeline")
	return cmd
}

func (c *command) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [PIPELINE]",
		Short: "Say what the pipelines of a server do",
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				t, _, err := whole(cmd.Context(), api, "pipelines", args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(c.streams.Out, t)
				}
				return c.pipelineStatus(t)
			}
			return printList(c, asJSON, client.All[control.Status](cmd.Context(), api, "/pipelines"),
				column[control.Status]{"NAME", func(st *control.Status) string { return st.Name }},
				column[control.Status]{"STATE", func(st *control.Status) string { return string(st.State) }},
				column[control.Status]{"VERSION", func(st *control.Status) string { return fmt.Sprint(st.Version) }},
				column[control.Status]{"SINCE", func(st *control.Status) string { return stamp(st.Since) }},
				column[control.Status]{"REASON", func(st *control.Status) string { return st.Reason }})
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

// pipelineStatus tells of one pipeline.
func (c *command) pipelineStatus(t thing) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	var st control.Status
	if err := json.Unmarshal(text, &st); err != nil {
		return fmt.Errorf("reading the pipeline's status: %w", err)
	}
	w := newTable(c.streams.Out)
	w.field("name", st.Name)
	w.field("state", fmt.Sprintf("%s since %s", st.State, stamp(st.Since)))
	w.field("reason", st.Reason)
	w.field("fix", st.Fix)
	w.field("version", fmt.Sprint(st.Version))
	if st.Worker != nil {
		w.field("worker", st.Worker.Host+" "+st.Worker.ID)
	}
	if !st.ConfirmedAt.IsZero() {
		w.field("confirmed", stamp(st.ConfirmedAt))
	}
	if k := st.Checkpoint; k != nil {
		w.field("committed", fmt.Sprintf("epoch %d at %s: %s rows in, %s out, %s rejected, %s late", k.Epoch, stamp(k.CommittedAt),
			count(k.Totals.RowsIn), count(k.Totals.RowsOut), count(k.Totals.Rejected), count(k.Totals.Late)))
	}
	return w.Flush()
}

func (c *command) logsCommand() *cobra.Command {
	var follow, asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "logs PIPELINE",
		Short: "Print what a deployed pipeline has logged",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			found, err := find(ctx, api, resources()["pipelines"], "pipelines", args[0])
			if err != nil {
				return err
			}
			path := "/pipelines" + client.Path(found.text("id")) + "/log"
			for after := int64(0); ; {
				var page struct {
					Items []control.LogLine `json:"items"`
				}
				if err := api.Get(ctx, path, &page, client.Query("after", fmt.Sprint(after)), client.Query("limit", fmt.Sprint(limit))); err != nil {
					return interrupted(ctx, err)
				}
				for i := range page.Items {
					after = page.Items[i].Number
					if err := c.logLine(&page.Items[i], asJSON); err != nil {
						return err
					}
				}
				if !follow {
					return nil
				}
				if err := pauseFor(ctx, time.Second); err != nil {
					return interrupted(ctx, err)
				}
			}
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on as there is more")
	cmd.Flags().IntVar(&limit, "limit", 200, "`lines` to begin with")
	addJSON(cmd, &asJSON)
	return cmd
}

// interrupted takes the end that was asked for as one.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = nil
	}
	return err
}

func (c *command) logLine(l *control.LogLine, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(c.streams.Out)
		e.SetEscapeHTML(false)
		return e.Encode(l)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %-5s  %s", l.At.Local().Format("2006-01-02 15:04:05.000"), l.Level, plainText(l.Message))
	keys := make([]string, 0, len(l.Attrs))
	for k := range l.Attrs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%s", k, plainText(l.Attrs[k]))
	}
	_, err := fmt.Fprintln(c.streams.Out, b.String())
	return err
}
