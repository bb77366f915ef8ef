package component_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
)

// TestDeclarations: what is said of a component as data is what its Spec says, for every component there is.
func TestDeclarations(t *testing.T) {
	registry, err := all.Registry()
	require.NoError(t, err)
	for _, s := range registry.All() {
		t.Run(s.Kind.String()+"_"+s.Name, func(t *testing.T) {
			d, err := component.Declare(s)
			require.NoError(t, err)
			require.Equal(t, []any{s.Kind.String(), s.Name, s.Title, s.Icon, len(s.Fields), len(s.Examples)}, []any{d.Kind, d.Name, d.Title, d.Icon, len(d.Fields), len(d.Examples)})
			text, err := json.Marshal(d)
			require.NoError(t, err)
			var back component.Declaration
			strict := json.NewDecoder(bytes.NewReader(text))
			strict.DisallowUnknownFields()
			require.NoError(t, strict.Decode(&back))
			requireDefaults(t, s.Fields, d.Fields)
		})
	}
}

// requireDefaults reads each default back the way a document's parameter is read.
func requireDefaults(t *testing.T, fields []component.Field, declared []component.FieldDeclaration) {
	t.Helper()
	for i, f := range fields {
		d := declared[i]
		require.Equal(t, f.Default == nil, d.Default == nil, f.Name)
		if f.Default == nil {
			continue
		}
		f.ShowIf = nil
		v, err := model.ParseJSON([]byte(`{"` + f.Name + `": ` + string(d.Default) + `}`))
		require.NoError(t, err, f.Name)
		var given, absent diag.List
		written, ok := component.Decode([]component.Field{f}, v, "", &given)
		require.True(t, ok, "%s: %v", f.Name, given)
		defaulted, ok := component.Decode([]component.Field{f}, model.Value{Kind: model.Map}, "", &absent)
		require.True(t, ok, "%s: %v", f.Name, absent)
		one, err := component.Encode([]component.Field{f}, written)
		require.NoError(t, err)
		other, err := component.Encode([]component.Field{f}, defaulted)
		require.NoError(t, err)
		require.Equal(t, string(other), string(one), f.Name)
	}
}

func TestDeclaredField(t *testing.T) {
	fields, err := component.DeclareFields([]component.Field{
		component.NewField("wait", component.FieldDuration, "Wait", "等待").WithDefault(90*time.Second).Between(int64(time.Second), int64(time.Hour)),
		component.NewField("most", component.FieldSize, "Most", "上限").WithDefault(int64(16<<20)).AtLeast(1<<10).ShownIf("wait", "1m"),
		component.NewField("keys", component.FieldList, "Keys", "键").ListOf(component.NewField("key", component.FieldObject, "Key", "键").WithFields(
			component.NewField("name", component.FieldString, "Name", "名称"))),
	})
	require.NoError(t, err)
	text, err := json.MarshalIndent(fields, "", " ")
	require.NoError(t, err)
	require.JSONEq(t, `[
		{"name": "wait", "type": "duration", "label": {"en": "Wait", "zh": "等待"}, "help": {"en": "", "zh": ""}, "required": false, "default": "1m30s",
		 "min": 1000000000, "max": 3600000000000, "min_text": "1s", "max_text": "1h"},
		{"name": "most", "type": "size", "label": {"en": "Most", "zh": "上限"}, "help": {"en": "", "zh": ""}, "required": false, "default": "16MiB",
		 "min": 1024, "min_text": "1KiB", "show_if": {"field": "wait", "in": ["1m"]}},
		{"name": "keys", "type": "list", "label": {"en": "Keys", "zh": "键"}, "help": {"en": "", "zh": ""}, "required": true, "of":
		 {"name": "key", "type": "object", "label": {"en": "Key", "zh": "键"}, "help": {"en": "", "zh": ""}, "required": true, "fields": [
		  {"name": "name", "type": "string", "label": {"en": "Name", "zh": "名称"}, "help": {"en": "", "zh": ""}, "required": true}]}}
	]`, string(text))
}

func TestCategories(t *testing.T) {
	for _, tt := range []struct {
		kind component.Kind
		most int
		want component.Category
	}{
		{component.KindSource, 0, component.CategorySource}, {component.KindSink, 1, component.CategorySink},
		{component.KindTransform, 1, component.CategoryShape}, {component.KindTransform, 2, component.CategoryCombine},
		{component.KindTransform, -1, component.CategoryCombine}, {component.KindFormat, 0, component.CategoryFormat},
		{component.KindConnection, 0, component.CategoryConnection},
	} {
		require.Equal(t, tt.want, component.CategoryOf(&component.Spec{Kind: tt.kind, MaxInputs: tt.most}))
	}
}
