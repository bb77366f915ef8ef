package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

// declaredCode is a diagnostic code and where it stands.
type declaredCode struct{ text, at string }

// codesOf returns the constants of the type diag.Code that the files of one package declare, and every text turned into a Code
// elsewhere. own says that the package is diag itself.
func codesOf(set *token.FileSet, files []*ast.File, own bool) []declaredCode {
	var out []declaredCode
	for _, file := range files {
		isCode := func(e ast.Expr) bool {
			if id, ok := e.(*ast.Ident); ok {
				return own && id.Name == "Code"
			}
			sel, ok := e.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Code" {
				return false
			}
			id, ok := sel.X.(*ast.Ident)
			return ok && id.Name == importName(file, "millrace/models/diag")
		}
		add := func(e ast.Expr) {
			lit, ok := e.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return
			}
			text, err := strconv.Unquote(lit.Value)
			at := set.Position(lit.Pos())
			if err == nil && text != "" {
				out = append(out, declaredCode{text, fmt.Sprintf("%s:%d", at.Filename, at.Line)})
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				if n.Tok != token.CONST {
					return true
				}
				for _, s := range n.Specs {
					if v := s.(*ast.ValueSpec); v.Type != nil && isCode(v.Type) {
						for _, value := range v.Values {
							add(value)
						}
					}
				}
			case *ast.CallExpr:
				if isCode(n.Fun) && len(n.Args) == 1 {
					add(n.Args[0])
				}
			}
			return true
		})
	}
	return out
}

// importName returns the name under which a file knows a package, "" when it does not import it.
func importName(file *ast.File, path string) string {
	for _, i := range file.Imports {
		if i.Path.Value != strconv.Quote(path) {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	return ""
}

// Codes are API: what a code means must not depend on which package it came from.
func TestDiagnosticCodesAreUnique(t *testing.T) {
	set := token.NewFileSet()
	var all []declaredCode
	for folder, files := range packageFiles(t, set) {
		all = append(all, codesOf(set, files, folder == filepath.Join(root(t), "models", "diag"))...)
	}
	for _, c := range diag.RowCodes() {
		all = append(all, declaredCode{string(c.Code()), "row code " + strconv.Itoa(int(c))})
	}
	require.Greater(t, len(all), 100, "the tree was read")
	slices.SortFunc(all, func(a, b declaredCode) int { return strings.Compare(a.text+" "+a.at, b.text+" "+b.at) })
	form := regexp.MustCompile(`^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$`)
	for i, c := range all {
		require.Regexp(t, form, c.text, "%s: a code is area.snake_case", c.at)
		if i > 0 && all[i-1].text == c.text {
			require.Fail(t, "two codes share a text", "%s stands at %s and at %s", c.text, all[i-1].at, c.at)
		}
	}
}

func TestCodesOfSeesDeclarations(t *testing.T) {
	const src = `package p

import d "millrace/models/diag"

const (
	CodeA d.Code = "area.a"
	other = "area.not_a_code"
	CodeB, CodeC d.Code = "area.b", ` + "`area.c`" + `
)

func f() any {
	const local d.Code = "area.local"
	return []any{local, d.Code("area.made"), diag.Code("area.foreign")}
}
`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "p.go", src, 0)
	require.NoError(t, err)
	var texts []string
	for _, c := range codesOf(set, []*ast.File{file}, false) {
		texts = append(texts, c.text)
	}
	require.Equal(t, []string{"area.a", "area.b", "area.c", "area.local", "area.made"}, texts)
}
