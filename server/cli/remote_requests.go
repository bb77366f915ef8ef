package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"millrace/assets/grants"
	"millrace/server/cli/client"
)

func (c *command) requestCommand() *cobra.Command {
	var as, reason, end string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "request ACTION OBJECT --reason TEXT",
		Short: "Ask for access, and decide on what others have asked for",
		Long: grantWords + `

It is asked for oneself, or with --for for a team of one's own. Whoever manages the object decides; nobody decides on a request of their own.`,
		Example: "  millrace request read ods.music.plays --for team:insight --reason \"to count plays\"\n  millrace requests --decidable\n  millrace request approve ID",
		Args:    usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if strings.TrimSpace(reason) == "" {
				return usageError(cmd, errors.New("say with --reason what you need it for"))
			}
			api, names, action, scope, err := c.deed(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			body := map[string]any{"action": action, "scope": scope, "reason": reason}
			if as != "" {
				if body["subject"], err = names.subject(ctx, as); err != nil {
					return err
				}
			}
			if err := addUntil(cmd, body, end); err != nil {
				return err
			}
			var made grants.Request
			if err := api.Post(ctx, "/access_requests", body, &made, actionKey()); err != nil {
				return err
			}
			return c.done(asJSON, made, "%s  asked: %s to %s %s%s", made.ID, names.called(ctx, made.Subject), made.Action, args[1], ending(made.Expires))
		},
		ValidArgsFunction: completeAction(0),
	}
	cmd.Flags().StringVar(&as, "for", "", "a `team` of one's own that is to have it (default: oneself)")
	cmd.Flags().StringVar(&reason, "reason", "", "what it is needed for")
	cmd.Flags().StringVar(&end, "until", "", untilUsage)
	addJSON(cmd, &asJSON)
	cmd.AddCommand(c.approveCommand(), c.refuseCommand(), c.withdrawCommand())
	return cmd
}

func (c *command) approveCommand() *cobra.Command {
	var note, end string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "approve ID", Short: "Grant what was asked for", Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			body := map[string]any{"note": note}
			if err := addUntil(cmd, body, end); err != nil {
				return err
			}
			var made grants.Policy
			if err := api.Post(ctx, client.Path("access_requests", args[0], "approve"), body, &made, actionKey()); err != nil {
				return err
			}
			names := newDirectory(api)
			return c.done(asJSON, made, "%s  %s may %s %s%s", made.ID, names.called(ctx, made.Subject), made.Action, names.about(ctx, made.Scope), ending(made.Expires))
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "what to say to it")
	cmd.Flags().StringVar(&end, "until", "", "when it ends, no later than was asked for; a `time`, a day, or how long it lasts")
	addJSON(cmd, &asJSON)
	return cmd
}

func (c *command) refuseCommand() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use: "refuse ID", Short: "Refuse what was asked for", Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.decide(cmd.Context(), args[0], "refuse", map[string]any{"note": note}, "refused")
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "why")
	return cmd
}

func (c *command) withdrawCommand() *cobra.Command {
	return &cobra.Command{
		Use: "withdraw ID", Short: "Withdraw a request of one's own", Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.decide(cmd.Context(), args[0], "withdraw", nil, "withdrawn")
		},
	}
}

func (c *command) decide(ctx context.Context, id, how string, body any, is string) error {
	api, err := c.api()
	if err != nil {
		return err
	}
	if err := api.Post(ctx, client.Path("access_requests", id, how), body, nil, actionKey()); err != nil {
		return err
	}
	return c.done(false, nil, "%s is %s", id, is)
}

func (c *command) requestsCommand() *cobra.Command {
	var mine, decidable, asJSON bool
	var state string
	cmd := &cobra.Command{
		Use: "requests", Short: "List requests for access", Args: usageArgs(cobra.NoArgs),
		Example: "  millrace requests --decidable --state open",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			var options []client.Option
			for name, on := range map[string]bool{"mine": mine, "decidable": decidable} {
				if on {
					options = append(options, client.Query(name, "true"))
				}
			}
			if state != "" {
				options = append(options, client.Query("state", state))
			}
			names := newDirectory(api)
			return printList(c, asJSON, client.All[grants.Request](ctx, api, "/access_requests", options...),
				column[grants.Request]{"ID", func(r *grants.Request) string { return r.ID }},
				column[grants.Request]{"STATE", func(r *grants.Request) string { return string(r.State) }},
				column[grants.Request]{"SUBJECT", func(r *grants.Request) string {
					if r.Subject == r.By {
						// The request itself knows who has asked; the list of people is not for everybody to read.
						return subjectName(r.Subject, r.ByName)
					}
					return names.called(ctx, r.Subject)
				}},
				column[grants.Request]{"ACTION", func(r *grants.Request) string { return string(r.Action) }},
				column[grants.Request]{"OBJECT", func(r *grants.Request) string { return names.about(ctx, r.Scope) }},
				column[grants.Request]{"UNTIL", func(r *grants.Request) string { return stamp(r.Expires) }},
				column[grants.Request]{"BY", func(r *grants.Request) string { return r.ByName }},
				column[grants.Request]{"REASON", func(r *grants.Request) string { return r.Reason }})
		},
	}
	cmd.Flags().BoolVar(&mine, "mine", false, "those that one has made")
	cmd.Flags().BoolVar(&decidable, "decidable", false, "those that one may decide on")
	cmd.Flags().StringVar(&state, "state", "", "open, approved, refused or withdrawn")
	complete(cmd, "state", "open", "approved", "refused", "withdrawn")
	addJSON(cmd, &asJSON)
	return cmd
}
