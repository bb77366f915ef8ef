package component

import (
	"fmt"
	"strings"
	"time"
)

// Docs returns the component's page in Markdown, in English; DocsZh is the same in Chinese.
func Docs(s *Spec) string { return page(s, english()) }

// DocsZh returns the component's page in Markdown, in Chinese.
func DocsZh(s *Spec) string { return page(s, chinese()) }

// language has the words of a page.
type language struct {
	of                                                      func(Text) string
	parameters, none, name, kind, def, meaning, required    string
	secret, only, or, examples, between, least, most, named string
	inputs                                                  string
}

func english() language {
	return language{
		of:         func(t Text) string { return t.En },
		parameters: "Parameters", none: "It has no parameters.", name: "Parameter", kind: "Type", def: "Default", meaning: "Meaning", required: "required",
		secret: "A secret: write `{env: NAME}`.", only: "Only if %s is %s.", or: " or ", examples: "Examples",
		between: "From %s to %s.", least: "At least %s.", most: "At most %s.", named: "A plain text stands for `%s`.", inputs: "Inputs, in this order or by name: %s.",
	}
}

func chinese() language {
	return language{
		of:         func(t Text) string { return t.Zh },
		parameters: "参数", none: "没有参数。", name: "参数", kind: "类型", def: "默认值", meaning: "含义", required: "必填",
		secret: "机密:写作 `{env: NAME}`。", only: "仅当 %s 为 %s 时有效。", or: " 或 ", examples: "示例",
		between: "%s 到 %s。", least: "至少 %s。", most: "至多 %s。", named: "纯文本即 `%s`。", inputs: "输入（按此顺序，或用名称指定）：%s。",
	}
}

func page(s *Spec, l language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s (`%s`, %s)\n\n%s\n\n", l.of(s.Title), s.Name, s.Kind, l.of(s.Summary))
	if help := strings.TrimSpace(l.of(s.Help)); help != "" {
		b.WriteString(help + "\n\n")
	}
	if len(s.Ports) > 0 {
		fmt.Fprintf(&b, l.inputs+"\n\n", "`"+strings.Join(s.Ports, "`, `")+"`")
	}
	fmt.Fprintf(&b, "## %s\n\n", l.parameters)
	if len(s.Fields) == 0 {
		b.WriteString(l.none + "\n\n")
	} else {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", l.name, l.kind, l.def, l.meaning)
		rows(&b, l, "", s.Fields)
		b.WriteByte('\n')
	}
	if len(s.Examples) > 0 {
		fmt.Fprintf(&b, "## %s\n\n", l.examples)
		for _, e := range s.Examples {
			fmt.Fprintf(&b, "%s\n\n```yaml\n%s\n```\n\n", l.of(e.Title), strings.TrimSpace(e.YAML))
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// rows writes a line a field, members of objects behind their object with the path in front.
func rows(b *strings.Builder, l language, path string, fields []Field) {
	for i := range fields {
		f := &fields[i]
		name := path + f.Name
		def := ""
		switch {
		case f.Required:
			def = l.required
		case f.Default != nil:
			def = "`" + valueText(f, f.Default) + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, typeText(f), def, cell(meaning(l, f)))
		switch {
		case f.Type == FieldObject:
			rows(b, l, name+".", f.Fields)
		case f.Of != nil && f.Of.Type == FieldObject:
			rows(b, l, name+"[].", f.Of.Fields)
		}
	}
}

func meaning(l language, f *Field) string {
	parts := []string{strings.TrimSpace(l.of(f.Label)) + "."}
	if help := l.of(f.Help); help != "" {
		parts = append(parts, strings.TrimSpace(help))
	}
	if f.Type == FieldEnum {
		for _, o := range f.Options {
			parts = append(parts, fmt.Sprintf("`%s`: %s;", o.Value, l.of(o.Label)))
		}
		parts[len(parts)-1] = strings.TrimSuffix(parts[len(parts)-1], ";") + "."
	}
	switch {
	case f.HasMin && f.HasMax:
		parts = append(parts, fmt.Sprintf(l.between, bound(f, f.Min), bound(f, f.Max)))
	case f.HasMin:
		parts = append(parts, fmt.Sprintf(l.least, bound(f, f.Min)))
	case f.HasMax:
		parts = append(parts, fmt.Sprintf(l.most, bound(f, f.Max)))
	}
	if f.Short != "" {
		parts = append(parts, fmt.Sprintf(l.named, f.Short))
	}
	if f.Secret {
		parts = append(parts, l.secret)
	}
	if c := f.ShowIf; c != nil {
		parts = append(parts, fmt.Sprintf(l.only, "`"+c.Field+"`", "`"+strings.Join(c.In, "`"+l.or+"`")+"`"))
	}
	return strings.Join(parts, " ")
}

func typeText(f *Field) string {
	if f.Of != nil {
		return string(f.Type) + " of " + typeText(f.Of)
	}
	return string(f.Type)
}

func bound(f *Field, n int64) string {
	switch f.Type {
	case FieldDuration:
		return goDuration(time.Duration(n))
	case FieldSize:
		return sizeText1024(n)
	default:
		return fmt.Sprint(n)
	}
}

func valueText(f *Field, value any) string {
	switch v := value.(type) {
	case time.Duration:
		return goDuration(v)
	case int64:
		return bound(f, v)
	default:
		enc, err := encodeValue(f, normalized(v))
		if err != nil {
			return fmt.Sprint(v) // the registry refuses such a default
		}
		if s, ok := enc.(string); ok {
			return s
		}
		b, err := Encode([]Field{*f}, NewParams(map[string]any{f.Name: normalized(v)}))
		if err != nil {
			return fmt.Sprint(v)
		}
		return strings.TrimSuffix(strings.TrimPrefix(string(b), `{"`+f.Name+`":`), "}")
	}
}

// goDuration writes a duration without the zero parts that time.Duration leaves at its end.
func goDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// sizeText1024 writes a size in the largest unit that divides it.
func sizeText1024(n int64) string {
	for _, u := range []struct {
		name string
		n    int64
	}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n != 0 && n%u.n == 0 {
			return fmt.Sprintf("%d%s", n/u.n, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// cell makes a text fit a table's cell.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}
