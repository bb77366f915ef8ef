package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
)

// Run checks every component of a registry, each in a subtest.
func Run(t *testing.T, r *component.Registry) {
	t.Helper()
	if len(r.All()) == 0 {
		t.Error("the registry is empty")
	}
	for _, s := range r.All() {
		t.Run(s.Kind.String()+"/"+s.Name, func(t *testing.T) {
			for _, problem := range Check(r, s) {
				t.Error(problem)
			}
		})
	}
}

// Check returns what a component breaks of the rules that hold for all beyond a well-formed Spec, which NewRegistry sees to:
//
//   - the smallest parameters that give every required field decode, get their defaults, and come back from JSON the same;
//   - whatever is named like a secret is marked as one;
//   - the help is there in both languages and is more than the summary;
//   - there is an example (but for formats and connections), and all parse and decode against the registry;
//   - the JSON schema and both pages of documentation can be made.
func Check(r *component.Registry, s *component.Spec) []string {
	c := &checker{registry: r, spec: s}
	c.roundTrip()
	c.secrets("", s.Fields)
	c.help()
	c.examples()
	c.derived()
	return c.problems
}

type checker struct {
	registry *component.Registry
	spec     *component.Spec
	problems []string
}

func (c *checker) addf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// roundTrip decodes the smallest parameters and sends the result through JSON.
func (c *checker) roundTrip() {
	var diags diag.List
	p, ok := component.Decode(c.spec.Fields, smallest(c.spec.Fields), "params", &diags)
	if !ok {
		c.addf("the smallest parameters do not decode: %v", diags)
		return
	}
	for i := range c.spec.Fields {
		f := &c.spec.Fields[i]
		if f.Default != nil && f.ShowIf == nil && !p.Has(f.Name) {
			c.addf("the default of %s is not applied", f.Name)
		}
	}
	first, err := component.Encode(c.spec.Fields, p)
	if err != nil {
		c.addf("the parameters do not encode: %v", err)
		return
	}
	again, err := component.DecodeJSON(c.spec.Fields, first)
	if err != nil {
		c.addf("the encoded parameters do not decode: %v\n%s", err, first)
		return
	}
	second, err := component.Encode(c.spec.Fields, again)
	if err != nil || !bytes.Equal(first, second) {
		c.addf("the round trip changes the parameters: %v\n%s\n%s", err, first, second)
	}
}

// smallest returns parameters that give each required field an acceptable value and nothing else. Hidden fields are left out.
func smallest(fields []component.Field) model.Value {
	out := model.Value{Kind: model.Map}
	values := map[string]string{} // texts and booleans, for conditions
	for i := range fields {
		f := &fields[i]
		switch d := f.Default.(type) {
		case string:
			values[f.Name] = d
		case bool:
			values[f.Name] = fmt.Sprint(d)
		}
		if !f.Required || f.ShowIf != nil && !contains(f.ShowIf.In, values[f.ShowIf.Field]) {
			continue
		}
		v := sample(f)
		values[f.Name] = v.Text
		out.Entries = append(out.Entries, model.Entry{Key: f.Name, Value: v})
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s && s != "" {
			return true
		}
	}
	return false
}

// sample returns a value that decodes as the field.
func sample(f *component.Field) model.Value {
	text := func(s string) model.Value { return model.Value{Kind: model.String, Text: s} }
	least := int64(1)
	if f.HasMin {
		least = f.Min
	} else if f.HasMax && f.Max < 1 {
		least = f.Max
	}
	if f.Secret {
		return model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "env", Value: text("NAME")}}}
	}
	switch f.Type {
	case component.FieldInt, component.FieldFloat:
		return model.Value{Kind: model.Number, Text: fmt.Sprint(least)}
	case component.FieldBool:
		return model.Value{Kind: model.Bool, Text: "true"}
	case component.FieldDuration:
		if f.HasMin {
			return text(fmt.Sprintf("%dns", least))
		}
		return text("1ns")
	case component.FieldSize:
		return text(fmt.Sprintf("%dB", least))
	case component.FieldTime:
		return text("2026-01-02T15:04:05Z")
	case component.FieldEnum:
		return text(f.Options[0].Value)
	case component.FieldDataType:
		return text("int64")
	case component.FieldList:
		v := model.Value{Kind: model.List}
		for range max(least, 1) {
			v.Items = append(v.Items, sample(f.Of))
		}
		return v
	case component.FieldMap:
		v := model.Value{Kind: model.Map}
		for i := range max(least, 1) {
			v.Entries = append(v.Entries, model.Entry{Key: fmt.Sprintf("k%d", i), Value: sample(f.Of)})
		}
		return v
	case component.FieldObject:
		return smallest(f.Fields)
	case component.FieldParams:
		return model.Value{Kind: model.Map}
	case component.FieldSchema:
		column := model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "name", Value: text("id")}, {Key: "type", Value: text("int64")}}}
		return model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "columns", Value: model.Value{Kind: model.List, Items: []model.Value{column}}}}}
	default:
		return text("text")
	}
}

var secretName = regexp.MustCompile(`(^|_)(password|passwd|passphrase|token|secret|credential|credentials|api_key|access_key|private_key)(_|$)`)

func (c *checker) secrets(path string, fields []component.Field) {
	for i := range fields {
		f := &fields[i]
		textual := f.Type == component.FieldString || f.Type == component.FieldText
		if textual && secretName.MatchString(f.Name) && !f.Secret {
			c.addf("%s%s is named like a secret and is not marked as one", path, f.Name)
		}
		c.secrets(path+f.Name+".", f.Fields)
		if f.Of != nil {
			c.secrets(path+f.Name+"[].", f.Of.Fields)
		}
	}
}

func (c *checker) help() {
	for _, t := range []struct{ language, summary, help string }{
		{"English", c.spec.Summary.En, c.spec.Help.En}, {"Chinese", c.spec.Summary.Zh, c.spec.Help.Zh},
	} {
		switch {
		case strings.TrimSpace(t.help) == "":
			c.addf("there is no help in %s", t.language)
		case strings.TrimSpace(t.help) == strings.TrimSpace(t.summary):
			c.addf("the help in %s only repeats the summary", t.language)
		}
	}
}

// examples parses every example and decodes the parameters of its nodes.
func (c *checker) examples() {
	needed := c.spec.Kind != component.KindFormat && c.spec.Kind != component.KindConnection
	if needed && len(c.spec.Examples) == 0 {
		c.addf("there is no example")
	}
	for i, e := range c.spec.Examples {
		name := fmt.Sprintf("example %d", i+1)
		doc, diags := model.Parse(name, []byte(e.YAML))
		used := false
		if doc != nil {
			for j := range doc.Nodes {
				used = c.node(doc, &doc.Nodes[j], &diags) || used
			}
		}
		for _, d := range diags {
			c.addf("%v", d)
		}
		if doc != nil && needed && !used {
			c.addf("%s does not use the component", name)
		}
	}
}

// node decodes one node of an example, and reports whether it is of the component under test.
func (c *checker) node(doc *model.Document, n *model.Node, diags *diag.List) bool {
	into, from := 0, 0
	for _, e := range doc.Edges {
		if e.To == n.ID {
			into++
		}
		if e.From == n.ID {
			from++
		}
	}
	// A name may stand for a source and a sink: the edges tell which is meant.
	kinds := []component.Kind{component.KindTransform, component.KindSink, component.KindSource}
	if into == 0 {
		kinds = []component.Kind{component.KindSource, component.KindTransform, component.KindSink}
	} else if from == 0 {
		kinds = []component.Kind{component.KindSink, component.KindTransform, component.KindSource}
	}
	for _, k := range kinds {
		if s, ok := c.registry.Get(k, n.Component); ok {
			component.Decode(s.Fields, n.Params, "params", diags)
			return s == c.spec
		}
	}
	diags.Errorf(component.CodeUnknownOption, n.ComponentAt, "there is no component %q", n.Component)
	return false
}

// derived makes everything that comes from a Spec.
func (c *checker) derived() {
	text, err := component.JSONSchema(c.spec)
	if err != nil {
		c.addf("%v", err)
	} else if !json.Valid(text) {
		c.addf("the JSON schema is not JSON")
	}
	for i := range c.spec.Fields {
		for _, p := range []string{component.Docs(c.spec), component.DocsZh(c.spec)} {
			if !strings.Contains(p, "`"+c.spec.Fields[i].Name+"`") {
				c.addf("the documentation lacks the field %s", c.spec.Fields[i].Name)
			}
		}
	}
}
