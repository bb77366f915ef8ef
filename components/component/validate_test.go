package component

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4"><path d="M2 8h12"/></svg>`

func sinkSpec() Spec {
	return Spec{
		Name: "mail_box", Version: 1, Kind: KindSink, Title: Text{"Mailbox", "邮箱"}, Summary: Text{"Sends rows.", "发送行。"}, Help: Text{"Long help.", "详细帮助。"},
		Icon: icon, MinInputs: 1, MaxInputs: 1, Fields: fieldsWithShort(),
		Sink: &SinkDef{
			Plan:    func(*Planning, Params, *plan.Node) (*plan.Sink, bool) { return nil, false },
			Open:    func(context.Context, SinkContext) (Sink, error) { return nil, nil },
			Accepts: []plan.ChangeMode{plan.Append},
		},
		Examples: []Example{{Title: Text{"Mail all", "全部发送"}, YAML: "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: m, component: mail_box, params: {topic: t}}]\n"}},
	}
}

func formatSpec(name string) Spec {
	return Spec{
		Name: name, Version: 1, Kind: KindFormat, Title: Text{"CSV", "CSV"}, Summary: Text{"s", "s"}, Help: Text{"h", "h"}, Icon: icon,
		Fields: []Field{NewField("separator", FieldString, "Separator", "分隔符").WithDefault(",")},
		Format: &FormatDef{NewDecoder: func(Params, DecodeTarget) (Decoder, error) { return nil, nil }},
	}
}

func TestRegistry(t *testing.T) {
	r, err := NewRegistry(sinkSpec(), formatSpec("csv"))
	require.NoError(t, err)
	_, ok := r.Get(KindSink, "mail_box")
	require.True(t, ok)
	_, err = NewRegistry(formatSpec("csv"), formatSpec("csv"))
	require.ErrorContains(t, err, "there is another format of this name")
}

func TestDecodeFormat(t *testing.T) {
	r, err := NewRegistry(formatSpec("csv"))
	require.NoError(t, err)
	for _, c := range []struct{ yaml, want string }{
		{"topic: t, format: csv, format_params: {separator: \";\"}", ""},
		{"topic: t, format: csv, format_params: {seperator: x}", `param.unknown params.format_params.seperator @seperator: unknown parameter "seperator" / Did you mean separator?`},
		{"topic: t, format: cvs", `param.unknown_option params.format @cvs: there is no format "cvs" / Did you mean csv?`},
	} {
		doc, v := paramsOf(t, c.yaml)
		var diags diag.List
		p, ok := Decode(everyField(), v, "params", &diags)
		require.True(t, ok)
		_, params, ok := r.DecodeFormat(p, "format", &diags)
		require.Equal(t, c.want == "", ok)
		require.Equal(t, c.want, describeAll(doc, diags))
		if ok {
			require.Equal(t, ";", params.String("separator"))
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	add := func(f Field) func(*Spec) { return func(s *Spec) { s.Fields = append(s.Fields, f) } }
	opt := func(values ...string) (out []Option) {
		for _, v := range values {
			out = append(out, Option{v, Text{v, v}})
		}
		return out
	}
	for _, c := range []struct {
		name  string
		spoil func(*Spec)
		want  string
	}{
		{"name", func(s *Spec) { s.Name = "MailBox" }, `the name "MailBox" is not snake_case`},
		{"version", func(s *Spec) { s.Version = 0 }, "the version 0 is not positive"},
		{"title", func(s *Spec) { s.Title.Zh = " " }, "title has no Chinese text"},
		{"help", func(s *Spec) { s.Help.En = "" }, "help has no English text"},
		{"no definition", func(s *Spec) { s.Sink = nil }, "a sink needs its definition"},
		{"two definitions", func(s *Spec) { s.Format = &FormatDef{} }, "a sink has the definition of a format"},
		{"half a definition", func(s *Spec) { s.Sink = &SinkDef{} }, "the sink needs Plan and Open"},
		{"inputs", func(s *Spec) { s.MinInputs = 0 }, "takes from 1 input on, not 0 to 1"},
		{"ports", func(s *Spec) { s.Ports = []string{"left", "right"} }, "2 ports for 1 to 1 inputs"},
		{"port", func(s *Spec) { s.Ports = []string{"The left"} }, `the port "The left" is not snake_case or there twice`},
		{"icon empty", func(s *Spec) { s.Icon = "" }, "not one SVG element but 0"},
		{"icon malformed", func(s *Spec) { s.Icon = "<svg viewBox='0 0 16 16'><g></svg>" }, "reading the SVG"},
		{"icon box", func(s *Spec) { s.Icon = "<svg viewBox='0 0 24 24'/>" }, `the viewBox is "0 0 24 24"`},
		{"icon without box", func(s *Spec) { s.Icon = "<svg/>" }, "the SVG has no viewBox"},
		{"icon with a script", func(s *Spec) { s.Icon = "<svg viewBox='0 0 16 16'><script/></svg>" }, "holds a script element"},
		{"icon of html", func(s *Spec) { s.Icon = "<img/>" }, "the element is img, not svg"},
		{"field name", add(NewField("aB", FieldInt, "x", "x")), `the field name "aB" is not snake_case`},
		{"field twice", add(NewField("rows", FieldInt, "x", "x")), "rows is declared twice"},
		{"label", add(NewField("f", FieldInt, "x", "")), "f: label has no Chinese text"},
		{"label of a member", add(NewField("f", FieldObject, "x", "x").WithFields(NewField("g", FieldInt, "", "x"))), "f.g: label has no English text"},
		{"help of a field", add(NewField("f", FieldInt, "x", "x").WithHelp("x", "")), "f: help is in one language only"},
		{"type", add(NewField("f", "integer", "x", "x")), `the field type "integer" is unknown`},
		{"list of nothing", add(NewField("f", FieldList, "x", "x")), "lists and maps say what they are of"},
		{"object of nothing", add(NewField("f", FieldObject, "x", "x")), "objects have fields"},
		{"default of another type", add(NewField("f", FieldInt, "x", "x").WithDefault(5)), "f: default: a field of type int does not hold a int"},
		{"default out of bounds", add(NewField("f", FieldDuration, "x", "x").WithDefault(time.Second).AtLeast(int64(time.Minute))), "f: default: 1s is less than 1m0s"},
		{"initial no option", add(NewField("f", FieldEnum, "x", "x").WithOptions(opt("a")...).WithDefault("a").Beginning("b")), "f: initial: b is not among the options"},
		{"default no option", add(NewField("f", FieldEnum, "x", "x").WithOptions(opt("a")...).WithDefault("b")), "f: default: b is not among the options"},
		{"default of a secret", add(NewField("f", FieldString, "x", "x").AsSecret().WithDefault("b")), "f: a secret has no default"},
		{"enum without options", add(NewField("f", FieldEnum, "x", "x")), "an enum needs options"},
		{"option twice", add(NewField("f", FieldEnum, "x", "x").WithOptions(opt("a", "a")...)), `the option "a" is empty or there twice`},
		{"options of an int", add(NewField("f", FieldInt, "x", "x").WithOptions(opt("a")...)), "a field of type int has no options"},
		{"secret int", add(NewField("f", FieldInt, "x", "x").AsSecret()), "only a text can be secret"},
		{"bounds of a text", add(NewField("f", FieldString, "x", "x").Between(1, 2)), "a field of type string has no bounds"},
		{"bounds crossed", add(NewField("f", FieldInt, "x", "x").Between(2, 1)), "the bounds 2 and 1 leave nothing"},
		{"show-if later", add(NewField("f", FieldInt, "x", "x").ShownIf("nothing", "x")), `it shows if "nothing" is set, which is no earlier sibling`},
		{"show-if no option", add(NewField("f", FieldInt, "x", "x").ShownIf("mode", "x")), `it shows if mode is "x", which is not among its options`},
		{"show-if of a bool", add(NewField("f", FieldInt, "x", "x").ShownIf("strict", "yes")), "neither true nor false"},
		{"show-if of a list", add(NewField("f", FieldInt, "x", "x").ShownIf("columns", "x")), "it cannot depend on columns"},
		{"show-if never", add(NewField("f", FieldInt, "x", "x").ShownIf("mode")), "it shows for no value of mode"},
		{"params alone", add(NewField("f_params", FieldParams, "x", "x")), "stands behind the format field"},
		{"short of nothing", add(Field{Name: "f", Type: FieldInt, Label: Text{"x", "x"}, Short: "x"}), "only a list of objects has a short form"},
		{"example", func(s *Spec) { s.Examples[0].YAML = " " }, "examples[0] is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sinkSpec()
			c.spoil(&s)
			_, err := NewRegistry(s)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestDerived compares everything that is made from a Spec with golden files.
func TestDerived(t *testing.T) {
	s := sinkSpec()
	text, err := JSONSchema(&s)
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	pretty, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	for name, got := range map[string]string{"schema.json": string(pretty) + "\n", "docs.md": Docs(&s), "docs.zh.md": DocsZh(&s)} {
		file := "testdata/" + name
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), got)
	}
}
