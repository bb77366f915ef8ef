package cli

import (
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"millrace/assets/grants"
	"millrace/server/cli/client"
)

// grantWords explains how subjects and objects are written, for the help of all that take them.
const grantWords = `A SUBJECT is user:NAME, team:NAME, role:ROLE or me; the name alone where only one user or team has it. An ACTION is discover, read, write or
manage. An OBJECT is a table as catalog.db.table, a database as catalog.db, a catalog, or * for everything.`

func actionWords() []string {
	var words []string
	for _, a := range grants.Actions() {
		words = append(words, string(a))
	}
	return words
}

// completeAction offers the actions where the argument is one, the at-th from 0.
func completeAction(at int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) != at {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return actionWords(), cobra.ShellCompDirectiveNoFileComp
	}
}

// deed reads an action and what it is done to, with the server that knows their names.
func (c *command) deed(cmd *cobra.Command, action, object string) (*client.Client, *directory, grants.Action, grants.Scope, error) {
	what, err := grants.ParseAction(action)
	if err != nil {
		return nil, nil, "", "", usageError(cmd, err)
	}
	api, err := c.api()
	if err != nil {
		return nil, nil, "", "", err
	}
	names := newDirectory(api)
	scope, err := names.scope(cmd.Context(), object)
	return api, names, what, scope, err
}

func (c *command) grantCommand() *cobra.Command {
	var deny, orphan, asJSON bool
	var end, note string
	cmd := &cobra.Command{
		Use:   "grant SUBJECT ACTION OBJECT",
		Short: "Allow somebody something, or deny it",
		Long: grantWords + `

It is in force on all servers within a second. One deny outweighs every grant, also a wider one. Nobody grants more than they have.`,
		Example: "  millrace grant team:insight read ods.music.plays --until 30d\n  millrace grant role:viewer discover ads",
		Args:    usageArgs(cobra.ExactArgs(3)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, names, action, scope, err := c.deed(cmd, args[1], args[2])
			if err != nil {
				return err
			}
			subject, err := names.subject(ctx, args[0])
			if err != nil {
				return err
			}
			effect, may := grants.Allow, "may"
			if deny {
				effect, may = grants.Deny, "may not"
			}
			body := map[string]any{"subject": subject, "action": action, "scope": scope, "effect": effect, "note": note, "orphan": orphan}
			if err := addUntil(cmd, body, end); err != nil {
				return err
			}
			var made grants.Policy
			if err := api.Post(ctx, "/policies", body, &made, actionKey()); err != nil {
				return err
			}
			return c.done(asJSON, made, "%s  %s %s %s %s%s", made.ID, names.called(ctx, made.Subject), may, made.Action, names.about(ctx, made.Scope), ending(made.Expires))
		},
		ValidArgsFunction: completeAction(1),
	}
	cmd.Flags().BoolVar(&deny, "deny", false, "deny it instead")
	cmd.Flags().StringVar(&end, "until", "", untilUsage)
	cmd.Flags().StringVar(&note, "note", "", "what for")
	cmd.Flags().BoolVar(&orphan, "orphan", false, "even if nobody but administrators can manage a table then")
	addJSON(cmd, &asJSON)
	return cmd
}

const untilUsage = "when it ends: a `time` as in 2026-01-02T03:04:05Z, a day, or how long it lasts, as in 12h or 30d (default: never)"

// addUntil puts the end that --until names into a request.
func addUntil(cmd *cobra.Command, body map[string]any, text string) error {
	if text == "" {
		return nil
	}
	end, err := until(text, time.Now())
	if err != nil {
		return usageError(cmd, err)
	}
	body["expires"] = end
	return nil
}

// ending says when something ends, where it does.
func ending(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + stamp(t)
}

func (c *command) grantsCommand() *cobra.Command {
	var about, subject string
	var ended, asJSON bool
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "List who was allowed and denied what",
		Long: `Administrators see all; others what holds for themselves, their teams and roles, and what is said of tables that they manage.
` + grantWords,
		Example: "  millrace grants --table ods.music.plays\n  millrace grants --subject team:insight",
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			api, err := c.api()
			if err != nil {
				return err
			}
			names := newDirectory(api)
			var options []client.Option
			if about != "" {
				scope, err := names.scope(ctx, about)
				if err != nil {
					return err
				}
				options = append(options, client.Query("scope", string(scope)))
			}
			if subject != "" {
				who, err := names.subject(ctx, subject)
				if err != nil {
					return err
				}
				options = append(options, client.Query("subject", string(who)))
			}
			if ended {
				options = append(options, client.Query("ended", "true"))
			}
			columns := []column[grants.Reason]{
				{"ID", func(r *grants.Reason) string { return r.ID }},
				{"SUBJECT", func(r *grants.Reason) string { return subjectName(r.Subject, r.SubjectName) }},
				{"EFFECT", func(r *grants.Reason) string { return string(r.Effect) }},
				{"ACTION", func(r *grants.Reason) string { return string(r.Action) }},
				{"OBJECT", func(r *grants.Reason) string { return r.ScopeName }},
				{"UNTIL", func(r *grants.Reason) string { return stamp(r.Expires) }},
				{"BY", func(r *grants.Reason) string { return r.ByName }},
				{"NOTE", func(r *grants.Reason) string { return r.Note }},
			}
			if ended {
				columns = slices.Insert(columns, 6, column[grants.Reason]{"TAKEN BACK", func(r *grants.Reason) string {
					if r.Revoked == nil {
						return "-"
					}
					return stamp(r.Revoked.At) + " by " + r.Revoked.Name
				}})
			}
			return printList(c, asJSON, client.All[grants.Reason](ctx, api, "/policies", options...), columns...)
		},
	}
	cmd.Flags().StringVar(&about, "table", "", "what is said of this `object` itself: a table, a database, a catalog or *")
	cmd.Flags().StringVar(&subject, "subject", "", "what is said of this `subject` itself")
	cmd.Flags().BoolVar(&ended, "ended", false, "with what has expired or was taken back")
	addJSON(cmd, &asJSON)
	return cmd
}

// subjectName is a subject as people write it, by the name that the server gives it.
func subjectName(s grants.Subject, name string) string {
	kind, _ := s.Kind()
	return kind + ":" + name
}

func (c *command) revokeCommand() *cobra.Command {
	var note string
	var orphan bool
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Take a grant or a deny back",
		Long: `The ID is what millrace grant has said, or millrace grants lists. It is in force on all servers within a second; pipelines that live on a
grant stop, with the note as their reason.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			var options []client.Option
			if note != "" {
				options = append(options, client.Query("note", note))
			}
			if orphan {
				options = append(options, client.Query("orphan", "true"))
			}
			if err := api.Delete(cmd.Context(), client.Path("policies", args[0]), options...); err != nil {
				return err
			}
			return c.done(false, nil, "%s is taken back", args[0])
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "why")
	cmd.Flags().BoolVar(&orphan, "orphan", false, "even if nobody but administrators can manage a table then")
	return cmd
}

func (c *command) whyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "why SUBJECT ACTION OBJECT",
		Short: "Say why somebody may do something, or may not",
		Long: grantWords + `

Everybody may ask about themselves and about what they may know of; about others whoever manages the object.`,
		Example: "  millrace why me read ods.music.plays\n  millrace why team:insight read ods.music.plays",
		Args:    usageArgs(cobra.ExactArgs(3)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			api, names, action, scope, err := c.deed(cmd, args[1], args[2])
			if err != nil {
				return err
			}
			options := []client.Option{client.Query("scope", string(scope)), client.Query("action", string(action))}
			if args[0] != "me" {
				subject, err := names.subject(ctx, args[0])
				if err != nil {
					return err
				}
				options = append(options, client.Query("subject", string(subject)))
			}
			var told grants.Explanation
			if err := api.Get(ctx, "/policies/why", &told, options...); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.streams.Out, told)
			}
			_, err = io.WriteString(c.streams.Out, plainText(told.Text[spoken(os.Getenv, told.Text)])+"\n")
			return err
		},
		ValidArgsFunction: completeAction(1),
	}
	addJSON(cmd, &asJSON)
	return cmd
}

// spoken is the language among those of a text that this machine's user reads, English where there is none.
func spoken(getenv func(string) string, texts map[string]string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			language, _, _ := strings.Cut(value, "_")
			if _, ok := texts[language]; ok {
				return language
			}
			break
		}
	}
	return "en"
}
