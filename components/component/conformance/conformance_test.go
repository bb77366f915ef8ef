package conformance

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/plan"
)

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 8h12"/></svg>`

func text(s string) component.Text { return component.Text{En: s, Zh: s} }

// source is a component that breaks no rule.
func source() component.Spec {
	return component.Spec{
		Name: "tap", Version: 1, Kind: component.KindSource, Title: text("Tap"), Summary: text("Reads."), Help: text("Reads rows from a tap."), Icon: icon,
		Fields: []component.Field{
			component.NewField("topic", component.FieldString, "Topic", "主题"),
			component.NewField("parts", component.FieldInt, "Parts", "分区").Between(3, 9),
			component.NewField("wait", component.FieldDuration, "Wait", "等待").AtLeast(5_000_000_000),
			component.NewField("mode", component.FieldEnum, "Mode", "模式").WithOptions(
				component.Option{Value: "plain", Label: text("Plain")}, component.Option{Value: "signed", Label: text("Signed")}),
			component.NewField("password", component.FieldString, "Password", "密码").AsSecret().ShownIf("mode", "signed"),
			component.NewField("user", component.FieldString, "User", "用户").ShownIf("mode", "plain"),
			component.NewField("rows", component.FieldInt, "Rows", "行").WithDefault(int64(5)),
			component.NewField("columns", component.FieldList, "Columns", "列").AtLeast(2).ListOf(
				component.NewField("column", component.FieldObject, "Column", "列").WithFields(component.NewField("type", component.FieldDataType, "Type", "类型"))),
			component.NewField("schema", component.FieldSchema, "Schema", "结构"),
			component.NewField("labels", component.FieldMap, "Labels", "标签").ListOf(component.NewField("size", component.FieldSize, "Size", "大小")),
		},
		Source: &component.SourceDef{Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) { return nil, false }},
		Examples: []component.Example{{Title: text("Read"), YAML: `
format: 1
kind: view
name: a.b.c
nodes:
  - {id: t, component: tap, params: {topic: x, parts: 3, wait: 5s, mode: plain, user: u, columns: [{type: int64}, {type: json}], schema: {columns: [{name: a, type: date}]}, labels: {}}}
`}},
	}
}

func check(t *testing.T, spoil func(*component.Spec)) []string {
	t.Helper()
	s := source()
	spoil(&s)
	r, err := component.NewRegistry(s)
	require.NoError(t, err)
	return Check(r, r.All()[0])
}

func TestRun(t *testing.T) {
	r, err := component.NewRegistry(source())
	require.NoError(t, err)
	Run(t, r)
}

// TestCheck: each rule can be broken, and says so.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*component.Spec)
		want  string
	}{
		{"secret", func(s *component.Spec) { s.Fields[4].Secret = false }, "password is named like a secret and is not marked as one"},
		{"nested secret", func(s *component.Spec) {
			s.Fields = append(s.Fields, component.NewField("auth", component.FieldObject, "A", "A").Optional().WithFields(
				component.NewField("api_key", component.FieldString, "K", "K")))
		}, "auth.api_key is named like a secret and is not marked as one"},
		{"help", func(s *component.Spec) { s.Help.En = " Reads. " }, "the help in English only repeats the summary"},
		{"no example", func(s *component.Spec) { s.Examples = nil }, "there is no example"},
		{"example does not parse", func(s *component.Spec) { s.Examples[0].YAML = "format: 1\nkind: view\nname: a.b.c\nnodes: [" }, "model.syntax"},
		{"example does not decode", func(s *component.Spec) {
			s.Examples[0].YAML = "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: t, component: tap, params: {topic: x}}]"
		}, "param.missing"},
		{"example of another component", func(s *component.Spec) {
			s.Examples[0].YAML = "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: t, component: tub}]"
		}, `there is no component "tub"`},
		{"example without the component", func(s *component.Spec) {
			s.Examples[0].YAML = "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: t, component: tub}]"
		}, "example 1 does not use the component"},
		{"default outside of a member's options", func(s *component.Spec) {
			f := component.NewField("list", component.FieldList, "L", "L").ListOf(component.NewField("m", component.FieldEnum, "M", "M").WithOptions(
				component.Option{Value: "a", Label: text("a")})).WithDefault([]any{"b"})
			s.Fields = append(s.Fields, f)
		}, "the encoded parameters do not decode"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := false
			problems := check(t, c.spoil)
			for _, p := range problems {
				found = found || strings.Contains(p, c.want)
			}
			require.True(t, found, "%q is not among %q", c.want, problems)
		})
	}
}
