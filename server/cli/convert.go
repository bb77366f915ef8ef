package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/server/app"
)

func (c *command) convertCommand() *cobra.Command {
	var catalog, to, folder string
	cmd := &cobra.Command{
		Use:   "convert FILE --to yaml|sql",
		Short: "Write a model as SQL, or the pipelines of a script as models",
		Long: `Writes a model document as an SQL script, or each pipeline of a script as a model document, in their order and with --- between them; with -o
into a folder, one file a pipeline. What is written computes the same: it has the fingerprint of what it was made from. A model that the other
language has no words for is refused. Comments are not kept, and what has no name in SQL gets one.`,
		Example: `  millrace model convert plays.yaml --to sql
  millrace model convert report.sql --to yaml -o models`,
		Args:              usageArgs(cobra.ExactArgs(1)),
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, files []string) error {
			if to != "yaml" && to != "sql" {
				return usageError(cmd, errors.New("--to is yaml or sql"))
			}
			return c.convert(cmd, catalog, files[0], to, folder)
		},
	}
	addCatalog(cmd, &catalog)
	cmd.Flags().StringVar(&to, "to", "", "the `language` to write: yaml or sql")
	cmd.Flags().StringVarP(&folder, "output", "o", "", "the `folder` to write to, one file a pipeline; none is overwritten")
	complete(cmd, "to", "yaml", "sql")
	return cmd
}

func (c *command) convert(cmd *cobra.Command, catalog, file, to, folder string) error {
	bench, err := c.workbench(catalog)
	if err != nil {
		return err
	}
	sources := app.Sources{}
	src, diags := app.ReadModel(file, sources)
	var out []app.Converted
	if diags == nil {
		out, diags = bench.Convert(file, src, to == "sql")
	}
	c.render(c.streams.Err, c.streams.ErrColor, append(append(diag.List{}, bench.Warnings()...), diags...), sources)
	switch {
	case len(out) == 0:
		return failWith(exitDiagnostics, nil)
	case folder != "":
		return writeConverted(folder, to, out)
	case len(out) > 1 && to == "sql":
		return usageError(cmd, fmt.Errorf("%s has %s: say with -o where their scripts go", file, plural(len(out), "pipeline")))
	}
	for i, o := range out {
		if i > 0 {
			o.Text = "---\n" + o.Text
		}
		if _, err := io.WriteString(c.streams.Out, o.Text); err != nil {
			return err
		}
	}
	return nil
}

// writeConverted writes a file a pipeline, named by it.
func writeConverted(folder, ext string, all []app.Converted) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	taken := map[string]bool{}
	for _, o := range all {
		base := strings.NewReplacer("/", "_", `\`, "_").Replace(o.Name)
		name := base
		for k := 2; taken[name]; k++ {
			name = base + "_" + strconv.Itoa(k)
		}
		taken[name] = true
		f, err := os.OpenFile(filepath.Join(folder, name+"."+ext), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("writing %s: %w", o.Name, err)
		}
		_, err = f.WriteString(o.Text)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("writing %s: %w", o.Name, err)
		}
	}
	return nil
}
