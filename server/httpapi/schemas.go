package httpapi

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// schemaName names a type in the API's description. Types of other packages go by their package as well, DiffNode and LineageNode, for the
// names of all packages meet there; one that has the package's name in its own needs it once.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	if t.PkgPath() != "" {
		name = t.PkgPath() + "." + name
	}
	var out strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return strings.ContainsRune("[]*,", r) }) {
		// A part is a name, or a name behind the path of its package.
		path, own, qualified := cutLast(part, ".")
		if !qualified {
			out.WriteString(title(part))
			continue
		}
		if _, folder, ok := cutLast(path, "/"); ok {
			path = folder
		}
		pkg := title(path)
		if pkg == "Httpapi" || strings.HasPrefix(own, pkg) {
			pkg = ""
		}
		out.WriteString(pkg + title(own))
	}
	return out.String()
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// title writes the first letter large.
func title(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}
