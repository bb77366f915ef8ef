package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/cli/client"
)

// group makes a command that only has commands below it.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(below...)
	return cmd
}

func (c *command) teamCommand() *cobra.Command {
	return group("team", "Make teams, and say who is in them",
		c.teamListCommand(), c.teamCreateCommand(), c.teamDeleteCommand(), c.teamMembersCommand(), c.teamAddCommand(), c.teamRemoveCommand())
}

func (c *command) teamListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the teams", Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			return printList(c, asJSON, client.All[auth.Team](cmd.Context(), api, "/teams"),
				column[auth.Team]{"NAME", func(t *auth.Team) string { return t.Name }},
				column[auth.Team]{"DESCRIPTION", func(t *auth.Team) string { return t.Description }})
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func (c *command) teamCreateCommand() *cobra.Command {
	var description, owner string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a team", Args: usageArgs(cobra.ExactArgs(1)),
		Example: "  millrace team create insight --owner anna",
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			body := map[string]any{"name": args[0], "description": description}
			if owner != "" {
				if body["owner"], err = newDirectory(api).user(cmd.Context(), owner); err != nil {
					return err
				}
			}
			var made auth.Team
			if err := api.Post(cmd.Context(), "/teams", body, &made, actionKey()); err != nil {
				return err
			}
			return c.done(asJSON, made, "team %s created", made.Name)
		},
	}
	cmd.Flags().StringVar(&description, "description", "", "what it is for")
	cmd.Flags().StringVar(&owner, "owner", "", "`name` of the account that owns it first")
	addJSON(cmd, &asJSON)
	return cmd
}

// done says what came of a change: the thing as JSON, or a line.
func (c *command) done(asJSON bool, of any, format string, args ...any) error {
	if asJSON {
		return writeJSON(c.streams.Out, of)
	}
	_, err := fmt.Fprintln(c.streams.Out, plainText(fmt.Sprintf(format, args...)))
	return err
}

func (c *command) teamDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Remove a team that nothing belongs to", Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			id, err := newDirectory(api).team(ctx, args[0])
			if err != nil {
				return err
			}
			path := client.Path("teams", id)
			var t auth.Team
			var etag string
			if err := api.Get(ctx, path, &t, client.ETag(&etag)); err != nil {
				return err
			}
			if err := api.Delete(ctx, path, client.IfMatch(etag)); err != nil {
				return err
			}
			return c.done(false, nil, "team %s deleted", t.Name)
		},
	}
}

func (c *command) teamMembersCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "members TEAM", Short: "List who is in a team", Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			id, err := newDirectory(api).team(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(c, asJSON, client.All[auth.Member](cmd.Context(), api, client.Path("teams", id, "members")),
				column[auth.Member]{"NAME", func(m *auth.Member) string { return m.Name }},
				column[auth.Member]{"DISPLAY NAME", func(m *auth.Member) string { return m.DisplayName }},
				column[auth.Member]{"OWNER", func(m *auth.Member) string { return yes(m.Owner, "owner") }},
				column[auth.Member]{"BY", func(m *auth.Member) string { return yes(m.Managed, "single sign-on") }})
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func (c *command) teamAddCommand() *cobra.Command {
	var owner bool
	cmd := &cobra.Command{
		Use: "add TEAM USER", Short: "Add somebody to a team, or change whether they own it", Args: usageArgs(cobra.ExactArgs(2)),
		Long: `For the team's owners and administrators. Whoever is in the team already stays in it, as an owner with --owner and as none without.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			api, path, err := c.member(cmd.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			if err := api.Put(cmd.Context(), path, map[string]bool{"owner": owner}, nil); err != nil {
				return err
			}
			as := "a member"
			if owner {
				as = "an owner"
			}
			return c.done(false, nil, "%s is %s of %s", args[1], as, args[0])
		},
	}
	cmd.Flags().BoolVar(&owner, "owner", false, "they may add others, and manage what the team has")
	return cmd
}

func (c *command) teamRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove TEAM USER", Short: "Take somebody out of a team", Args: usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, path, err := c.member(cmd.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			if err := api.Delete(cmd.Context(), path); err != nil {
				return err
			}
			return c.done(false, nil, "%s is no member of %s any more", args[1], args[0])
		},
	}
}

// member is the path of somebody's place in a team.
func (c *command) member(ctx context.Context, team, user string) (*client.Client, string, error) {
	api, err := c.api()
	if err != nil {
		return nil, "", err
	}
	names := newDirectory(api)
	teamID, err := names.team(ctx, team)
	if err != nil {
		return nil, "", err
	}
	userID, err := names.user(ctx, user)
	return api, client.Path("teams", teamID, "members", userID), err
}

func (c *command) userCommand() *cobra.Command {
	return group("user", "Make accounts, and change what they may do; for administrators",
		c.userListCommand(), c.userCreateCommand(), c.userDisableCommand(true), c.userDisableCommand(false), c.userResetCommand(), c.userRoleCommand())
}

func (c *command) userListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the accounts", Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			return printList(c, asJSON, client.All[auth.Account](cmd.Context(), api, "/users"),
				column[auth.Account]{"NAME", func(u *auth.Account) string { return u.Name }},
				column[auth.Account]{"DISPLAY NAME", func(u *auth.Account) string { return u.DisplayName }},
				column[auth.Account]{"ROLE", func(u *auth.Account) string { return string(u.Role) }},
				column[auth.Account]{"LAST LOG-IN", func(u *auth.Account) string { return stamp(u.LoginAt) }},
				column[auth.Account]{"STATE", func(u *auth.Account) string { return yes(u.Disabled, "disabled") }})
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func (c *command) userCreateCommand() *cobra.Command {
	var role, displayName, email string
	var password, asJSON bool
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make an account",
		Long: `With --password it asks for the password, at the terminal or as a line of standard input. Without, the account signs in with the single
sign-on, or gets a password from millrace user reset-password.`,
		Example: `  millrace user create anna --role analyst --password`,
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			body := map[string]any{"name": args[0], "role": role, "display_name": displayName, "email": email}
			if password {
				if body["password"], err = newAsker(cmd.InOrStdin(), c.streams.Err).secret("Password: "); err != nil {
					return err
				}
			}
			var made auth.Account
			if err := api.Post(cmd.Context(), "/users", body, &made, actionKey()); err != nil {
				return err
			}
			return c.done(asJSON, made, "user %s created (%s)", made.Name, made.Role)
		},
	}
	cmd.Flags().StringVar(&role, "role", string(auth.Viewer), roleUsage)
	cmd.Flags().StringVar(&displayName, "display-name", "", "what others read")
	cmd.Flags().StringVar(&email, "email", "", "`address`, to write to")
	cmd.Flags().BoolVar(&password, "password", false, "ask for a password")
	complete(cmd, "role", roleWords()...)
	addJSON(cmd, &asJSON)
	return cmd
}

const roleUsage = "`role`: viewer, analyst, operator or admin"

func roleWords() []string {
	var words []string
	for _, r := range auth.Roles() {
		words = append(words, string(r))
	}
	return words
}

// changeUser changes an account of a name, at the revision that it was read at.
func (c *command) changeUser(ctx context.Context, name string, change func(*auth.AccountChange)) (auth.Account, error) {
	api, err := c.api()
	if err != nil {
		return auth.Account{}, err
	}
	id, err := newDirectory(api).user(ctx, name)
	if err != nil {
		return auth.Account{}, err
	}
	path := client.Path("users", id)
	var u auth.Account
	var etag string
	if err := api.Get(ctx, path, &u, client.ETag(&etag)); err != nil {
		return u, err
	}
	to := auth.AccountChange{DisplayName: u.DisplayName, Email: u.Email, Role: u.Role, Disabled: u.Disabled}
	change(&to)
	err = api.Put(ctx, path, to, &u, client.IfMatch(etag))
	return u, err
}

func (c *command) userDisableCommand(disabled bool) *cobra.Command {
	use, short, is := "enable", "Let an account sign in again", "may sign in"
	if disabled {
		use, short, is = "disable", "Keep an account from signing in, and end its sessions", "is disabled"
	}
	return &cobra.Command{
		Use: use + " NAME", Short: short, Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			u, err := c.changeUser(cmd.Context(), args[0], func(to *auth.AccountChange) { to.Disabled = disabled })
			if err != nil {
				return err
			}
			return c.done(false, nil, "user %s %s", u.Name, is)
		},
	}
}

func (c *command) userRoleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "set-role NAME ROLE", Short: "Give an account another role, which ends its sessions", Args: usageArgs(cobra.ExactArgs(2)),
		Long: `A viewer looks at what was granted, an analyst builds for teams of theirs, an operator watches, starts and stops the pipelines of all teams,
and an admin may do everything.`,
		ValidArgs: roleWords(),
		RunE: func(cmd *cobra.Command, args []string) error {
			role := auth.Role(args[1])
			u, err := c.changeUser(cmd.Context(), args[0], func(to *auth.AccountChange) { to.Role = role })
			if err != nil {
				return err
			}
			return c.done(false, nil, "user %s is %s", u.Name, u.Role)
		},
	}
	return cmd
}

func (c *command) userResetCommand() *cobra.Command {
	return &cobra.Command{
		Use: "reset-password NAME", Short: "Give an account a random password and print it, once", Args: usageArgs(cobra.ExactArgs(1)),
		Long: `Ends the account's sessions. Where nobody can sign in any more, millrace admin reset-password does it from the server's own machine.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			id, err := newDirectory(api).user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var made struct {
				Password string `json:"password"`
			}
			if err := api.Post(cmd.Context(), client.Path("users", id, "reset_password"), nil, &made, actionKey()); err != nil {
				return err
			}
			if made.Password == "" {
				return diag.Refuse(diag.ErrUnavailable, client.CodeAnswer, "Try it again.", "the server did not say the password")
			}
			fmt.Fprintf(c.streams.Err, "The new password of %s. It is not shown again:\n", plainText(args[0]))
			_, err = fmt.Fprintln(c.streams.Out, made.Password)
			return err
		},
	}
}
