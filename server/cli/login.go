package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/cli/client"
)

// me is what the commands need of who is signed in.
type me struct {
	User         string            `json:"user"`
	Name         string            `json:"name"`
	Role         string            `json:"role"`
	Capabilities []auth.Capability `json:"capabilities"`
	Teams        []auth.Membership `json:"teams"`
	CSRFToken    string            `json:"csrf_token,omitempty"`
	Token        string            `json:"token,omitempty"`
}

// newToken is a token that was made.
type newToken struct {
	auth.Token
	Secret string `json:"secret"`
}

// api returns the client of the server that this machine has logged in to.
func (c *command) api() (*client.Client, error) {
	p, err := client.Current(os.Getenv)
	if err != nil {
		return nil, err
	}
	return client.New(p)
}

func (c *command) loginCommand() *cobra.Command {
	var name, caFile string
	var token, plain bool
	cmd := &cobra.Command{
		Use:   "login URL",
		Short: "Log in to a server, for the commands that speak to one",
		Long: `Asks for name and password, makes an API token of 30 days with them, and stores the token for this user of this machine only. With --token
it asks for an API token that was made elsewhere, as in the browser after a single sign-on. What is asked for is read from the terminal, or
from standard input: a line each.

MILLRACE_URL, MILLRACE_TOKEN and MILLRACE_CA_FILE go before what is stored.`,
		Example: `  millrace login https://millrace.example.com
  echo "$TOKEN" | millrace login --token http://127.0.0.1:8470`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			p := client.Profile{URL: strings.TrimRight(args[0], "/"), CAFile: caFile, Plain: plain}
			ask := newAsker(cmd.InOrStdin(), c.streams.Err)
			if token {
				return c.loginWithToken(cmd.Context(), p, ask)
			}
			return c.loginWithPassword(cmd.Context(), p, name, ask)
		},
	}
	cmd.Flags().StringVar(&name, "user", "", "`name` of the account (default: asked for)")
	cmd.Flags().BoolVar(&token, "token", false, "ask for an API token instead of a password")
	cmd.Flags().StringVar(&caFile, "ca-file", "", "`file` of certificates (PEM) that the server's is checked against")
	cmd.Flags().BoolVar(&plain, "plain", false, "allow a server beyond this machine without TLS")
	return cmd
}

func (c *command) loginWithToken(ctx context.Context, p client.Profile, ask *asker) error {
	var err error
	if p.Token, err = ask.secret("API token: "); err != nil {
		return err
	}
	api, err := client.New(p)
	if err != nil {
		return err
	}
	var who me
	if err := api.Get(ctx, "/auth/me", &who); err != nil {
		return err
	}
	p.Name = who.Name
	return c.loggedIn(p, who)
}

func (c *command) loginWithPassword(ctx context.Context, p client.Profile, name string, ask *asker) error {
	api, err := client.New(p)
	if err != nil {
		return err
	}
	if name == "" {
		if name, err = ask.line("User: "); err != nil {
			return err
		}
	}
	password, err := ask.secret("Password: ")
	if err != nil {
		return err
	}
	var who me
	if err := api.Post(ctx, "/auth/login", map[string]string{"name": name, "password": password}, &who); err != nil {
		return err
	}
	// The session lasts for this command only: the token takes its place.
	session := client.Header(auth.CSRFHeader, who.CSRFToken)
	defer func() { _ = api.Post(context.WithoutCancel(ctx), "/auth/logout", nil, nil, session) }()
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	var made newToken
	want := map[string]any{"name": "millrace login on " + host, "scopes": who.Capabilities, "days": 30}
	if err := api.Post(ctx, "/tokens", want, &made, session); err != nil {
		return err
	}
	p.Token, p.TokenID, p.Name = made.Secret, made.ID, who.Name
	return c.loggedIn(p, who)
}

func (c *command) loggedIn(p client.Profile, who me) error {
	if err := p.Save(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.streams.Out, "Logged in to %s as %s (%s).\n", p.URL, who.Name, who.Role)
	return err
}

func (c *command) logoutCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "Revoke the stored token and forget it",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := client.Stored()
			if errors.Is(err, diag.ErrUnauthenticated) {
				return nil
			}
			if err != nil {
				return errors.Join(err, client.Forget())
			}
			// Forgotten in any case: a server that is gone must not keep a token on this machine.
			defer func() { _ = client.Forget() }()
			if p.TokenID == "" {
				return nil
			}
			api, err := client.New(p)
			if err != nil {
				return err
			}
			err = api.Delete(cmd.Context(), client.Path("tokens", p.TokenID))
			if errors.Is(err, diag.ErrUnauthenticated) || errors.Is(err, diag.ErrNotFound) {
				return nil // it did not hold any more
			}
			if err != nil {
				return fmt.Errorf("the token is forgotten here, and still holds at the server: %w", err)
			}
			return nil
		},
	}
}

func (c *command) whoamiCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Say who is logged in, and to which server",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			api, err := c.api()
			if err != nil {
				return err
			}
			var who me
			if err := api.Get(cmd.Context(), "/auth/me", &who); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.streams.Out, who)
			}
			var teams []string
			for _, t := range who.Teams {
				name := t.Name
				if t.Owner {
					name += " (owner)"
				}
				teams = append(teams, name)
			}
			if len(teams) == 0 {
				teams = []string{"none"}
			}
			_, err = fmt.Fprintf(c.streams.Out, "%s, %s\nserver  %s\nteams   %s\nmay     %s\n", who.Name, who.Role, strings.TrimSuffix(api.URL("", nil), "/api/v1"),
				strings.Join(teams, ", "), joined(who.Capabilities))
			return err
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func joined(scopes []auth.Capability) string {
	var out []string
	for _, s := range scopes {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}

// asker reads what a person types, or lines of a pipe.
type asker struct {
	in     io.Reader
	lines  *bufio.Reader
	prompt io.Writer
}

func newAsker(in io.Reader, prompt io.Writer) *asker { return &asker{in, bufio.NewReader(in), prompt} }

// line asks for a text.
func (a *asker) line(prompt string) (string, error) {
	if f, ok := a.in.(*os.File); ok && isTerminal(f) {
		fmt.Fprint(a.prompt, prompt)
	}
	text, err := a.lines.ReadString('\n')
	if text = strings.TrimRight(text, "\r\n"); text == "" {
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return "", failWith(exitUsage, fmt.Errorf("reading the answer to %q: %w", strings.TrimSpace(prompt), err))
	}
	return text, nil
}

// secret asks for a text that the terminal does not show.
func (a *asker) secret(prompt string) (string, error) {
	f, ok := a.in.(*os.File)
	if !ok || !isTerminal(f) {
		return a.line(prompt)
	}
	fmt.Fprint(a.prompt, prompt)
	text, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(a.prompt)
	if err != nil {
		return "", fmt.Errorf("reading the answer to %q: %w", strings.TrimSpace(prompt), err)
	}
	return string(text), nil
}
