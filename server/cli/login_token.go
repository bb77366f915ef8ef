package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"millrace/server/auth"
	"millrace/server/cli/client"
)

func (c *command) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make, list and revoke API tokens of one's own",
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.tokenCreateCommand(), c.tokenListCommand(), c.tokenRevokeCommand())
	return cmd
}

func (c *command) tokenCreateCommand() *cobra.Command {
	var scopes []string
	var days int
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Make an API token and print it, once",
		Example: `  millrace token create ci --scope view --scope edit --days 30`,
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			var made newToken
			if err := api.Post(cmd.Context(), "/tokens", map[string]any{"name": args[0], "scopes": scopes, "days": days}, &made); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.streams.Out, made)
			}
			fmt.Fprintf(c.streams.Err, "Token %s, until %s. It is not shown again:\n", made.ID, made.ExpiresAt.Local().Format("2006-01-02 15:04"))
			_, err = fmt.Fprintln(c.streams.Out, made.Secret)
			return err
		},
	}
	cmd.Flags().StringSliceVar(&scopes, "scope", []string{string(auth.View)}, "what it may do: `view`, edit, operate, administer; may be repeated")
	cmd.Flags().IntVar(&days, "days", 90, "`days` that it lasts")
	addJSON(cmd, &asJSON)
	return cmd
}

func (c *command) tokenListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List one's own API tokens",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			return printList(c, asJSON, client.All[auth.Token](cmd.Context(), api, "/tokens"),
				column[auth.Token]{"ID", func(t *auth.Token) string { return t.ID }},
				column[auth.Token]{"NAME", func(t *auth.Token) string { return t.Name }},
				column[auth.Token]{"SCOPES", func(t *auth.Token) string { return joined(t.Scopes) }},
				column[auth.Token]{"USED", func(t *auth.Token) string {
					if t.UsedAt.IsZero() {
						return "never"
					}
					return day(t.UsedAt)
				}},
				column[auth.Token]{"UNTIL", func(t *auth.Token) string { return day(t.ExpiresAt) }})
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func day(t time.Time) string { return t.Local().Format("2006-01-02") }

func (c *command) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke an API token",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			return api.Delete(cmd.Context(), client.Path("tokens", args[0]))
		},
	}
}
