package document

import (
	"strings"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/sqltext"
)

// checkName refuses what is no catalog.db.table, by the rules for names inside a document.
func checkName(name string) error {
	stub := model.FormatYAML(model.Value{Kind: model.Map, Entries: []model.Entry{
		{Key: "format", Value: model.Value{Kind: model.Number, Text: "1"}},
		{Key: "kind", Value: model.Value{Kind: model.String, Text: string(model.View)}},
		{Key: "name", Value: model.Value{Kind: model.String, Text: name}},
	}})
	_, diags := model.Parse("", stub)
	for _, d := range diags {
		if d.Path == "name" || d.Path == "" {
			return diag.Refuse(diag.ErrInvalid, CodeName, d.Fix, "%s", d.Message)
		}
	}
	return nil
}

// template is the text of a new document that was given none.
func template(format Format, kind, name string) string {
	if format == SQL {
		return "-- " + name + "\n"
	}
	if kind == "" {
		kind = string(model.View)
	}
	doc := &model.Document{Format: model.FormatVersion, Kind: model.DocumentKind(kind), Name: name, TimeZone: model.DefaultTimeZone}
	return string(model.Format(doc))
}

// renameText puts another name into the text of a document, leaving all else, comments too, as it is. A text whose name cannot be found
// is left alone: publishing will say that it has another name.
func renameText(text, name string) string {
	doc, _ := model.Parse("", []byte(text))
	if doc == nil || doc.Name == "" {
		return text
	}
	from, ok := offset(text, doc.NameAt.Start)
	end, also := offset(text, doc.NameAt.End)
	if !ok || !also || from > end || text[from:end] != doc.Name {
		return text
	}
	return text[:from] + name + text[end:]
}

// offset is where a place stands in a text, in bytes.
func offset(text string, at diag.Pos) (int, bool) {
	if !at.Known() {
		return 0, false
	}
	start := 0
	for line := 1; line < at.Line; line++ {
		n := strings.IndexByte(text[start:], '\n')
		if n < 0 {
			return 0, false
		}
		start += n + 1
	}
	column := 1
	for i := range text[start:] {
		if column == at.Column {
			return start + i, true
		}
		column++
	}
	return len(text), column == at.Column
}

// format writes a text in its canonical form. Comments of a document are not kept, those of a script are.
func format(file string, f Format, text string) (string, diag.List) {
	if f == SQL {
		out, diags := sqltext.FormatScript(text)
		return out, withFile(file, diags)
	}
	doc, diags := model.Parse(file, []byte(text))
	if doc == nil || diags.HasErrors() {
		return "", diags
	}
	return string(model.Format(doc)), diags
}
