package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"millrace/models/diag"
)

// yaml takes the settings that the document gives. An empty document, or a section without content, gives none.
func (r *reader) yaml(file string, text []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return
	case err != nil:
		r.problems.Add(syntaxError(file, err))
		return
	}
	if root := document.Content[0]; !isNull(root) {
		r.mapping(file, "", root)
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.problems.Add(syntaxError(file, err))
	default:
		r.problems.Add(diag.Diagnostic{
			Code: CodeShape, File: file, Span: spanOf(&second),
			Message: "a second YAML document follows the settings", Fix: "Keep the settings in one document.",
		})
	}
}

// mapping takes the keys of the section at path.
func (r *reader) mapping(file, path string, node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		what := path
		if what == "" {
			what = "the document"
		}
		r.problems.Add(diag.Diagnostic{
			Code: CodeShape, File: file, Span: spanOf(node), Path: path,
			Message: what + " is not a mapping", Fix: "Write one of its settings a line, as in " + r.sections[path][0] + ": ...",
		})
		return
	}
	first := map[string]int{} // the line of each key
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		full := join(path, key.Value)
		if line, twice := first[key.Value]; twice {
			r.problems.Add(diag.Diagnostic{
				Code: CodeDuplicateKey, File: file, Span: spanOf(key), Path: full,
				Message: fmt.Sprintf("%s stands on line %d already", full, line), Fix: "Keep one of the two.",
			})
			continue
		}
		first[key.Value] = key.Line
		r.entry(file, path, key, value)
	}
}

// entry takes one key of the section at path.
func (r *reader) entry(file, path string, key, value *yaml.Node) {
	full := join(path, key.Value)
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	// Asked of the section, not of the path: the flat key "log.level" would find a setting otherwise.
	if !slices.Contains(r.sections[path], key.Value) {
		r.problems.Add(diag.Diagnostic{
			Code: CodeUnknownKey, File: file, Span: spanOf(key), Path: full,
			Message: full + " is not a setting",
			Fix:     suggest(key.Value, r.sections[path], "Known here: "+strings.Join(r.sections[path], ", ")+"."),
		})
		return
	}
	if _, ok := r.sections[full]; ok {
		if !isNull(value) {
			r.mapping(file, full, value)
		}
		return
	}
	if value.Kind != yaml.ScalarNode || isNull(value) {
		r.origins[full] = origin{refused: true}
		r.problems.Add(diag.Diagnostic{
			Code: CodeShape, File: file, Span: spanOf(value), Path: full,
			Message: full + " has no single value", Fix: "Write one value; the default is " + defaultText(full) + ".",
		})
		return
	}
	r.set(full, value.Value, origin{file: file, span: spanOf(value)})
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

func spanOf(node *yaml.Node) diag.Span {
	return diag.Span{Start: diag.Pos{Line: node.Line, Column: node.Column}}
}

// syntaxError gives the YAML library's error a place: it is in the text only ("yaml: line 3: mapping values ...").
func syntaxError(file string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: CodeSyntax, File: file, Message: strings.TrimPrefix(err.Error(), "yaml: "), Fix: "Correct the YAML; indent with blanks, never tabs."}
	if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(d.Message); m != nil {
		line, _ := strconv.Atoi(m[1]) // digits, by the expression
		d.Span.Start = diag.Pos{Line: line, Column: 1}
		d.Message = strings.TrimPrefix(d.Message, m[0])
	}
	return d
}
