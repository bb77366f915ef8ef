package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/models/sqltext"
	"millrace/server/app"
)

func (c *command) fmtCommand() *cobra.Command {
	var check, stdout bool
	cmd := &cobra.Command{
		Use:   "fmt SCRIPT.sql...",
		Short: "Lay SQL scripts out in the one canonical form",
		Long: `Rewrites scripts in place; comments stay where they are, and what a script means does not change. A script that is wrong is left as it
is, and what is wrong with it is said. Without a file, or with "-", it formats standard input.`,
		Example: `  millrace fmt report.sql
  millrace fmt --check *.sql`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"sql"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) == 0 || len(files) == 1 && files[0] == "-" {
				return c.formatStream(os.Stdin)
			}
			if check && stdout {
				return usageError(cmd, errors.New("give --check or --stdout, not both"))
			}
			return c.formatFiles(files, check, stdout)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; name the files that are not in the canonical form and exit with 1")
	cmd.Flags().BoolVar(&stdout, "stdout", false, "print the result instead of writing it")
	return cmd
}

func (c *command) formatStream(in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, maxScript))
	if err != nil {
		return fmt.Errorf("reading the script: %w", err)
	}
	out, ok := c.formatted("<stdin>", string(text))
	if !ok {
		return failWith(exitDiagnostics, nil)
	}
	_, err = io.WriteString(c.streams.Out, out)
	return err
}

// formatted lays a script out, or says what is wrong with it.
func (c *command) formatted(file, text string) (string, bool) {
	out, diags := sqltext.FormatScript(text)
	for i := range diags {
		diags[i].File = file
	}
	c.render(c.streams.Err, c.streams.ErrColor, diags, app.Sources{file: text})
	return out, !diags.HasErrors()
}

func (c *command) formatFiles(files []string, check, stdout bool) error {
	wrong, other := false, 0
	for _, file := range files {
		sources := app.Sources{}
		src, diags := app.ReadModel(file, sources)
		if diags == nil && !app.IsScript(file) {
			d := diags.Errorf(CodeNotSQL, diag.Span{}, "the file is no SQL script by its name")
			d.File, d.Fix = file, "Only *.sql is formatted."
		}
		if diags != nil {
			c.render(c.streams.Err, c.streams.ErrColor, diags, nil)
			wrong = true
			continue
		}
		out, ok := c.formatted(file, string(src))
		switch {
		case !ok:
			wrong = true
		case stdout:
			if _, err := io.WriteString(c.streams.Out, out); err != nil {
				return err
			}
		case out == string(src):
		case check:
			other++
			fmt.Fprintln(c.streams.Out, file)
		default:
			if err := replaceFile(file, out); err != nil {
				return err
			}
			fmt.Fprintln(c.streams.Out, file)
		}
	}
	switch {
	case wrong:
		return failWith(exitDiagnostics, nil)
	case other > 0:
		return failWith(exitFailed, nil)
	}
	return nil
}

// CodeNotSQL is a file that fmt does not format.
const CodeNotSQL diag.Code = "fmt.not_sql"

// replaceFile writes a file anew under its name: whoever reads it meanwhile sees the old text or the new one.
func replaceFile(path, text string) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".millrace-fmt-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
