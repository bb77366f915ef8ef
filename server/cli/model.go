package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"millrace/configs"
	"millrace/models/diag"
	"millrace/pipelines/optimize"
	"millrace/server/app"
)

func (c *command) modelCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "model",
		Short: "Check and explain models",
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.lintCommand(), c.explainCommand(), c.fingerprintCommand(), c.convertCommand())
	return cmd
}

// linted is what model lint says with --json.
type linted struct {
	Errors      int       `json:"errors"`
	Warnings    int       `json:"warnings"`
	Diagnostics diag.List `json:"diagnostics"`
}

func (c *command) lintCommand() *cobra.Command {
	var catalog string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Say everything that is wrong with models",
		Long: `Checks models against the catalog and the components, and prints every problem with its place and how to mend it. Nothing is read from
or written to any system. Exits with 3 when there is an error; warnings are no errors.`,
		Args:              usageArgs(cobra.MinimumNArgs(1)),
		ValidArgsFunction: completeModels,
		RunE: func(_ *cobra.Command, files []string) error {
			bench, err := c.workbench(catalog)
			if err != nil {
				return err
			}
			sources, diags := app.Sources{}, append(diag.List{}, bench.Warnings()...)
			for _, file := range files {
				src, found := app.ReadModel(file, sources)
				if found == nil {
					_, found = bench.CompileFile(file, src, nil)
				}
				diags = append(diags, found...)
			}
			return c.printLint(diags, sources, len(files), asJSON)
		},
	}
	addCatalog(cmd, &catalog)
	addJSON(cmd, &asJSON)
	return cmd
}

func addJSON(cmd *cobra.Command, into *bool) {
	cmd.Flags().BoolVar(into, "json", false, "print JSON")
}

func (c *command) printLint(diags diag.List, sources app.Sources, files int, asJSON bool) error {
	l := linted{Diagnostics: diags}
	for i := range diags {
		switch diags[i].Severity {
		case diag.Error:
			l.Errors++
		case diag.Warning:
			l.Warnings++
		}
	}
	if asJSON {
		if err := writeJSON(c.streams.Out, l); err != nil {
			return err
		}
	} else {
		c.render(c.streams.Out, c.streams.OutColor, diags, sources)
		if len(diags) > 0 {
			fmt.Fprintf(c.streams.Out, "%s in %s: %s, %s\n", plural(len(diags), "finding"), plural(files, "file"), plural(l.Errors, "error"), plural(l.Warnings, "warning"))
		}
	}
	if l.Errors > 0 {
		return failWith(exitDiagnostics, nil)
	}
	return nil
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// workbench is what commands compile with that touch no data folder.
func (c *command) workbench(catalog string) (*app.Workbench, error) {
	config, err := c.config("", "")
	if err != nil {
		return nil, err
	}
	return c.bench(config, catalog, nil)
}

// bench returns the workbench for a catalog file, with the parameters of --param.
func (c *command) bench(config configs.Config, catalog string, behind *app.CatalogText) (*app.Workbench, error) {
	w, err := app.NewWorkbench(config, catalog, behind)
	if err != nil {
		return nil, err
	}
	w.Params = c.params
	return w, nil
}

func (c *command) explainCommand() *cobra.Command {
	var catalog string
	var asJSON bool
	var off []string
	cmd := &cobra.Command{
		Use:               "explain FILE",
		Short:             "Show the plan of a model",
		Long:              `Prints the optimized plan as a tree, inputs below their consumers, and which optimizer rules changed it.`,
		Args:              usageArgs(cobra.ExactArgs(1)),
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, files []string) error {
			rules, err := rulesOff(cmd, off)
			if err != nil {
				return err
			}
			models, err := c.compiled(catalog, files[0], rules)
			if err != nil {
				return err
			}
			for i, m := range models {
				if asJSON {
					err = c.explainJSON(m)
				} else {
					err = c.explainText(m, i, len(models))
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	addCatalog(cmd, &catalog)
	addJSON(cmd, &asJSON)
	addRulesOff(cmd, &off)
	return cmd
}

// explainText prints one of several plans.
func (c *command) explainText(m *app.Model, i, of int) error {
	var b strings.Builder
	if i > 0 {
		b.WriteByte('\n')
	}
	if of > 1 {
		fmt.Fprintf(&b, "-- %s\n", m.Name)
	}
	b.WriteString(m.Plan.Explain())
	fmt.Fprintf(&b, "fingerprint %s\n", m.Fingerprint)
	for _, a := range m.Applied {
		fmt.Fprintf(&b, "rule %s: %s\n", a.Rule, plural(a.Changes, "change"))
	}
	_, err := io.WriteString(c.streams.Out, b.String())
	return err
}

// explained is what model explain says with --json: the plan's own explanation and the rules.
type explained struct {
	Plan  json.RawMessage    `json:"plan"`
	Rules []optimize.Applied `json:"rules"`
}

func (c *command) explainJSON(m *app.Model) error {
	text, err := m.Plan.ExplainJSON()
	if err != nil {
		return err
	}
	rules := m.Applied
	if rules == nil {
		rules = []optimize.Applied{}
	}
	return writeJSON(c.streams.Out, explained{Plan: text, Rules: rules})
}

// compiled compiles the models of one file; what is wrong with them goes to standard error.
func (c *command) compiled(catalog, file string, off map[string]bool) ([]*app.Model, error) {
	bench, err := c.workbench(catalog)
	if err != nil {
		return nil, err
	}
	sources := app.Sources{}
	src, diags := app.ReadModel(file, sources)
	var models []*app.Model
	if diags == nil {
		models, diags = bench.CompileFile(file, src, off)
	}
	c.render(c.streams.Err, c.streams.ErrColor, append(append(diag.List{}, bench.Warnings()...), diags...), sources)
	if len(models) == 0 {
		return nil, failWith(exitDiagnostics, nil)
	}
	return models, nil
}

func (c *command) fingerprintCommand() *cobra.Command {
	var catalog string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "fingerprint FILE",
		Short: "Print the fingerprint of a model's plan",
		Long: `Prints what identifies the computation: two models with one fingerprint give the same rows. It is of the plan as it was compiled, before
the optimizer, so it does not change with the optimizer's version.`,
		Args:              usageArgs(cobra.ExactArgs(1)),
		ValidArgsFunction: completeModels,
		RunE: func(_ *cobra.Command, files []string) error {
			models, err := c.compiled(catalog, files[0], nil)
			if err != nil {
				return err
			}
			for _, m := range models {
				switch {
				case asJSON:
					err = writeJSON(c.streams.Out, map[string]string{"model": m.Name, "fingerprint": m.Fingerprint})
				case len(models) > 1:
					_, err = fmt.Fprintf(c.streams.Out, "%s %s\n", m.Fingerprint, m.Name)
				default:
					_, err = fmt.Fprintln(c.streams.Out, m.Fingerprint)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	addCatalog(cmd, &catalog)
	addJSON(cmd, &asJSON)
	return cmd
}
