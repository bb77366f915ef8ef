package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (c *command) inferCommand() *cobra.Command {
	var format, name string
	cmd := &cobra.Command{
		Use:   "infer SAMPLES...",
		Short: "Write a table's catalog entry from sample files",
		Long: `Reads up to 10,000 records of each file and prints a catalog file with the columns, types and event time they suggest. Read it before
using it: samples show what was, not what may come. What is uncertain is told on standard error.`,
		Example: `  millrace infer events.ndjson --name ods.music.play_events > catalog.yaml`,
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, files []string) error {
			bench, err := c.workbench("")
			if err != nil {
				return err
			}
			text, notes, err := bench.Infer(files, format, name)
			if err != nil {
				return err
			}
			for _, n := range notes {
				fmt.Fprintln(c.streams.Err, "note:", n)
			}
			_, err = c.streams.Out.Write(text)
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "json, csv, parquet or raw (default: by the file's name)")
	cmd.Flags().StringVar(&name, "name", "", "the table's `name`, catalog.db.table (default: ods.samples.<file>)")
	complete(cmd, "format", "json", "csv", "parquet", "raw")
	return cmd
}
