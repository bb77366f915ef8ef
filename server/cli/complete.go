package cli

import (
	"os"

	"github.com/spf13/cobra"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/model"
)

// complete gives a flag a fixed list of values.
func complete(cmd *cobra.Command, flag string, values ...string) {
	// It fails only for a flag that does not exist, which every test of the command would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completeModels offers model files.
func completeModels(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "json", "sql"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeNodes offers model files and then the nodes of the one given.
func completeNodes(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return completeModels(cmd, args, word)
	}
	src, err := os.ReadFile(args[0])
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	doc, _ := model.Parse(args[0], src)
	if doc == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, n := range doc.Nodes {
		ids = append(ids, n.ID+"\t"+n.Component)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// completeComponents offers the components.
func completeComponents(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	registry, err := all.Registry()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return registry.Names(component.KindSource, component.KindTransform, component.KindSink, component.KindFormat, component.KindConnection),
		cobra.ShellCompDirectiveNoFileComp
}
