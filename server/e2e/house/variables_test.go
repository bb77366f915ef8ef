package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// packageFiles parses every Go file of the module that a person wrote and that is no test, by folder. server/e2e is test code
// throughout: a server that a test process shares has no place to stand but a package variable.
func packageFiles(t *testing.T, set *token.FileSet) map[string][]*ast.File {
	t.Helper()
	packages := map[string][]*ast.File{}
	top := root(t)
	require.NoError(t, filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() {
			if path != top && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			if path == filepath.Join(top, "server", "e2e") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("parsing %s: %w", path, err)
		}
		if !ast.IsGenerated(file) {
			packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], file)
		}
		return nil
	}))
	return packages
}

// changes returns a line for each place in the files of one package that changes one of its package variables, or takes
// its address, after which anybody could. Method calls are not seen: a variable that locks or counts is found by review.
func changes(set *token.FileSet, files []*ast.File) []string {
	// The parser resolves a name to its declaration within a file, so what it leaves unresolved is the package's or the
	// universe's. A dot import would break this, and the linter forbids it.
	variables := map[string]bool{}
	declared := map[any]bool{}
	for _, file := range files {
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				declared[spec] = true
				for _, name := range spec.(*ast.ValueSpec).Names {
					variables[name.Name] = true
				}
			}
		}
	}
	delete(variables, "_")

	var out []string
	for _, file := range files {
		report := func(target ast.Expr, what string) {
			name := rootOf(target)
			if name == nil || !variables[name.Name] || name.Obj != nil && !declared[name.Obj.Decl] {
				return
			}
			at := set.Position(target.Pos())
			out = append(out, fmt.Sprintf("%s:%d: %s package variable %s", filepath.Base(at.Filename), at.Line, what, name.Name))
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, left := range n.Lhs {
						report(left, "assigns to")
					}
				}
			case *ast.IncDecStmt:
				report(n.X, "assigns to")
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					report(n.Key, "assigns to")
					report(n.Value, "assigns to")
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear" || f.Name == "copy") && f.Obj == nil && len(n.Args) > 0 {
					report(n.Args[0], "changes")
				}
			case *ast.UnaryExpr:
				// &table[i] is how a lookup table's large entries are read without a copy.
				if _, element := n.X.(*ast.IndexExpr); n.Op == token.AND && !element {
					report(n.X, "takes the address of")
				}
			}
			return true
		})
	}
	return out
}

// rootOf returns the variable that an assignment to target changes: x of x, x.f, x[i], (x), *x and x[i:j].
func rootOf(target ast.Expr) *ast.Ident {
	for {
		switch e := target.(type) {
		case *ast.Ident:
			return e
		case *ast.SelectorExpr:
			target = e.X
		case *ast.IndexExpr:
			target = e.X
		case *ast.SliceExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		default:
			return nil
		}
	}
}

// TestNoPackageVariableChanges holds the module to values that are fixed once the program runs. Generated parsers' caches
// are the one exception.
func TestNoPackageVariableChanges(t *testing.T) {
	set := token.NewFileSet()
	packages := packageFiles(t, set)
	require.NotEmpty(t, packages)
	var found []string
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		name, err := filepath.Rel(root(t), folder)
		require.NoError(t, err)
		for _, c := range changes(set, packages[folder]) {
			found = append(found, filepath.ToSlash(name)+"/"+c)
		}
	}
	require.Empty(t, found)
}

func TestChangesAreFound(t *testing.T) {
	const declarations = `package p
var table = map[string]int{"a": 1}
var n, list = 0, []int{1}
var s struct{ f int }
var _ = n
`
	tests := []struct{ name, body, want string }{
		{"read", `func f() int { return table["a"] + n + list[0] + s.f }`, ""},
		{"local of the same name", `func f() { n := 1; n++; var s struct{ f int }; s.f = 2; _, _ = n, s }`, ""},
		{"parameter of the same name", `func f(table map[string]int) { table["a"] = 2; delete(table, "a") }`, ""},
		{"field of another", `func f(o *struct{ n int }) { o.n = 1 }`, ""},
		{"assignment", `func f() { n = 1 }`, "assigns to package variable n"},
		{"increment", `func f() { n++ }`, "assigns to package variable n"},
		{"add", `func f() { n += 2 }`, "assigns to package variable n"},
		{"element", `func f() { table["b"] = 2 }`, "assigns to package variable table"},
		{"element of a slice", `func f() { list[0], _ = 1, 2 }`, "assigns to package variable list"},
		{"field", `func f() { (s).f = 2 }`, "assigns to package variable s"},
		{"range", `func f() { for n = range 3 {} }`, "assigns to package variable n"},
		{"delete", `func f() { delete(table, "a") }`, "changes package variable table"},
		{"clear", `func f() { clear(list) }`, "changes package variable list"},
		{"copy", `func f() { copy(list[1:], list) }`, "changes package variable list"},
		{"address", `func f() *int { return &n }`, "takes the address of package variable n"},
		{"address of an element", `func f() *int { return &list[0] }`, ""},
		{"init", `func init() { n = 1 }`, "assigns to package variable n"},
	}
	for _, tt := range tests {
		// Both ways in which the parser sees a name: declared in the same file, and in another one.
		for where, sources := range map[string][]string{
			"same file": {declarations + tt.body}, "other file": {declarations, "package p\n" + tt.body},
		} {
			t.Run(tt.name+" "+where, func(t *testing.T) {
				set := token.NewFileSet()
				var files []*ast.File
				for i, source := range sources {
					file, err := parser.ParseFile(set, fmt.Sprintf("%d.go", i), source, 0)
					require.NoError(t, err)
					files = append(files, file)
				}
				got := changes(set, files)
				if tt.want == "" {
					require.Empty(t, got)
					return
				}
				require.Len(t, got, 1)
				require.Contains(t, got[0], tt.want)
			})
		}
	}
}
