package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"millrace/server/version"
)

func (c *command) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which build this is",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			info := version.Get()
			if asJSON {
				return writeJSON(c.streams.Out, info)
			}
			_, err := fmt.Fprintln(c.streams.Out, info)
			return err
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}
