package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
)

func (c *command) componentsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "components [NAME]",
		Short:             "List the components, or describe one",
		Args:              usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: completeComponents,
		RunE: func(cmd *cobra.Command, args []string) error {
			registry, err := all.Registry()
			if err != nil {
				return err
			}
			specs := registry.All()
			if len(args) == 1 {
				if specs = named(specs, args[0]); len(specs) == 0 {
					return usageError(cmd, unknownComponent(registry, args[0]))
				}
			}
			if asJSON {
				out := make([]componentInfo, len(specs))
				for i, s := range specs {
					out[i] = describe(s)
				}
				return writeJSON(c.streams.Out, out)
			}
			if len(args) == 0 {
				return listComponents(c.streams.Out, specs)
			}
			for i, s := range specs {
				if i > 0 {
					fmt.Fprintln(c.streams.Out)
				}
				if err := writeComponent(c.streams.Out, s); err != nil {
					return err
				}
			}
			return nil
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func named(specs []*component.Spec, name string) []*component.Spec {
	var out []*component.Spec
	for _, s := range specs {
		if s.Name == name {
			out = append(out, s)
		}
	}
	return out
}

func unknownComponent(r *component.Registry, name string) error {
	var names []string
	for _, s := range r.All() {
		names = append(names, s.Name)
	}
	if near := diag.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no component %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("there is no component %q; millrace components lists them", name)
}

func listComponents(w io.Writer, specs []*component.Spec) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range specs {
		fmt.Fprintf(t, "%s\t%s\t%s\n", s.Kind, s.Name, s.Summary.En)
	}
	return t.Flush()
}

// componentInfo is a component as JSON.
type componentInfo struct {
	Name      string         `json:"name"`
	Kind      string         `json:"kind"`
	Version   int            `json:"version"`
	Title     component.Text `json:"title"`
	Summary   component.Text `json:"summary"`
	Help      component.Text `json:"help"`
	MinInputs int            `json:"min_inputs"`
	MaxInputs int            `json:"max_inputs"`
	Ports     []string       `json:"ports,omitempty"`
	Fields    []fieldInfo    `json:"fields"`
	Examples  []exampleInfo  `json:"examples"`
}

type fieldInfo struct {
	Name     string          `json:"name"`
	Type     string          `json:"type"`
	Label    component.Text  `json:"label"`
	Help     *component.Text `json:"help,omitempty"`
	Required bool            `json:"required"`
	Default  any             `json:"default,omitempty"`
	Options  []string        `json:"options,omitempty"`
	Secret   bool            `json:"secret,omitempty"`
	Advanced bool            `json:"advanced,omitempty"`
	ShowIf   string          `json:"show_if,omitempty"`
	Of       *fieldInfo      `json:"of,omitempty"`
	Fields   []fieldInfo     `json:"fields,omitempty"`
}

type exampleInfo struct {
	Title component.Text `json:"title"`
	YAML  string         `json:"yaml"`
}

func describe(s *component.Spec) componentInfo {
	out := componentInfo{Name: s.Name, Kind: s.Kind.String(), Version: s.Version, Title: s.Title, Summary: s.Summary, Help: s.Help,
		MinInputs: s.MinInputs, MaxInputs: s.MaxInputs, Ports: s.Ports, Fields: describeFields(s.Fields), Examples: []exampleInfo{}}
	for _, e := range s.Examples {
		out.Examples = append(out.Examples, exampleInfo{e.Title, e.YAML})
	}
	return out
}

func describeFields(fields []component.Field) []fieldInfo {
	out := make([]fieldInfo, len(fields))
	for i := range fields {
		out[i] = describeField(&fields[i])
	}
	return out
}

func describeField(f *component.Field) fieldInfo {
	out := fieldInfo{Name: f.Name, Type: string(f.Type), Label: f.Label, Required: f.Required, Secret: f.Secret, Advanced: f.Advanced}
	if f.Help.En != "" {
		out.Help = &f.Help
	}
	if f.Default != nil {
		out.Default = fmt.Sprint(f.Default)
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, o.Value)
	}
	if f.ShowIf != nil {
		out.ShowIf = f.ShowIf.Field + ": " + strings.Join(f.ShowIf.In, " or ")
	}
	if f.Of != nil {
		of := describeField(f.Of)
		out.Of = &of
	}
	if len(f.Fields) > 0 {
		out.Fields = describeFields(f.Fields)
	}
	return out
}

func writeComponent(w io.Writer, s *component.Spec) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n\n%s\n", s.Name, s.Kind, s.Summary.En, s.Help.En)
	if len(s.Fields) > 0 {
		b.WriteString("\nParameters\n")
		writeFields(&b, s.Fields, 1)
	}
	for _, e := range s.Examples {
		fmt.Fprintf(&b, "\nExample: %s\n%s", e.Title.En, indent(e.YAML))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFields(b *strings.Builder, fields []component.Field, depth int) {
	pad := strings.Repeat("  ", depth)
	for i := range fields {
		f := &fields[i]
		fmt.Fprintf(b, "%s%s  %s", pad, f.Name, f.Type)
		if f.Of != nil {
			fmt.Fprintf(b, " of %s", f.Of.Type)
		}
		switch {
		case f.Required:
			b.WriteString(", required")
		case f.Default != nil:
			fmt.Fprintf(b, ", default %v", f.Default)
		}
		if f.Type == component.FieldEnum {
			var values []string
			for _, o := range f.Options {
				values = append(values, o.Value)
			}
			fmt.Fprintf(b, ": %s", strings.Join(values, ", "))
		}
		if f.ShowIf != nil {
			fmt.Fprintf(b, " (when %s is %s)", f.ShowIf.Field, strings.Join(f.ShowIf.In, " or "))
		}
		b.WriteByte('\n')
		if f.Help.En != "" {
			fmt.Fprintf(b, "%s    %s\n", pad, f.Help.En)
		}
		writeFields(b, f.Fields, depth+1)
		if f.Of != nil {
			writeFields(b, f.Of.Fields, depth+1)
		}
	}
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n  ") + "\n"
}
