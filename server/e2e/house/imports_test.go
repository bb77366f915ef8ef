package house

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the module's path; every package of ours begins with it.
const module = "millrace"

// importRecord is what the test reads of one object that go list prints.
type importRecord struct {
	ImportPath string
	// ForTest is the package under test where the record is one of its test variants.
	ForTest string
	Imports []string
}

// house says what each top-level folder may import of ours, besides itself. A folder that is not here may hold no package:
// whoever adds one decides first where in the house it stands.
func house() map[string][]string {
	return map[string][]string{
		"models":     {},
		"components": {"models"},
		"pipelines":  {"models", "components"},
		"assets":     {"models", "components", "pipelines"},
		"server":     {"models", "components", "pipelines", "assets", "configs", "web"},
		"server/e2e": {"models", "components", "pipelines", "assets", "configs", "web", "server", "sdk", "bench/nexmark"},
		"configs":    {"models/diag"},
		"web":        {},
		"sdk":        {"models"},
		// Programs that nothing imports.
		"bench": {"models", "components", "pipelines", "assets", "configs", "server", "sdk"},
		"build": {"models", "components", "pipelines", "assets", "configs", "server"},
	}
}

// modelOrder says what the lowest packages of models may import of models. The order among the others is the compiler's
// business: it refuses cycles.
func modelOrder() map[string][]string {
	return map[string][]string{
		"models/diag":   {},
		"models/schema": {"models/diag"},
		"models/batch":  {"models/diag", "models/schema"},
	}
}

// impure lists what models may not import outside of its tests, with everything below each: I/O, and packages whose only
// use is I/O. time stays allowed for the conversion of dates.
func impure() []string {
	return []string{"os", "net", "log", "syscall", "database/sql", "io/ioutil", "plugin"}
}

// violations returns one line for each import in records that the house forbids, sorted, each once.
func violations(records []importRecord) []string {
	var out []string
	for _, r := range records {
		from, test := relative(r.ImportPath)
		if from == "" || strings.HasSuffix(from, ".test") {
			continue // not ours, or the program that go test makes of a package
		}
		room, allowed, known := roomOf(from)
		if !known {
			out = append(out, from+" stands in no folder of the house")
			continue
		}
		test = test || r.ForTest != ""
		for _, imported := range r.Imports {
			to, _ := relative(imported)
			switch {
			case to == "" && room == "models" && !test && isImpure(imported):
				out = append(out, fmt.Sprintf("%s imports %s, but models is pure", from, imported))
			case to == "" || to == from:
			case sameRoom(to, room):
				if lower, ok := lowest(from); ok && !withinAny(to, lower) {
					out = append(out, fmt.Sprintf("%s imports %s, which stands above it in models", from, to))
				}
			case !withinAny(to, allowed):
				out = append(out, fmt.Sprintf("%s imports %s, but %s may import only %s", from, to, room, list(allowed)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// relative returns an import path without the module's name, empty when it is not one of ours, and whether it names a test
// variant: go list writes "millrace/a [millrace/a.test]" for a compiled with its tests and "millrace/a_test [...]" for the
// tests beside it.
func relative(path string) (string, bool) {
	path, _, variant := strings.Cut(path, " ")
	if path == module {
		return ".", variant
	}
	rest, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		return "", false
	}
	if variant {
		rest = strings.TrimSuffix(rest, "_test")
	}
	return rest, variant
}

// roomOf finds the longest entry of house that path lies in.
func roomOf(path string) (room string, allowed []string, known bool) {
	for folder, imports := range house() {
		if within(path, folder) && len(folder) > len(room) {
			room, allowed, known = folder, imports, true
		}
	}
	return room, allowed, known
}

func sameRoom(path, room string) bool {
	other, _, _ := roomOf(path)
	return other == room
}

// lowest returns what path may import of models, itself included, where modelOrder fixes it.
func lowest(path string) ([]string, bool) {
	for folder, imports := range modelOrder() {
		if within(path, folder) {
			return append(slices.Clone(imports), folder), true
		}
	}
	return nil, false
}

func isImpure(path string) bool { return withinAny(path, impure()) }

// within reports whether path is folder or lies in it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func withinAny(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return within(path, folder) })
}

func list(names []string) string {
	if len(names) == 0 {
		return "its own packages"
	}
	return strings.Join(names, ", ") + " and its own packages"
}

// goList runs go list over the whole module, tests included.
func goList(t *testing.T) []importRecord {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,ForTest,Imports", "./...")
	command.Dir = root(t)
	out, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	require.NoError(t, err)

	var records []importRecord
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var r importRecord
		if err := decoder.Decode(&r); errors.Is(err, io.EOF) {
			return records
		} else if err != nil {
			t.Fatalf("reading go list's output: %v", err)
		}
		records = append(records, r)
	}
}

// TestImportDirection proves the house's one rule: models -> components -> pipelines -> assets -> server, a package imports
// only what is to its left.
func TestImportDirection(t *testing.T) {
	records := goList(t)
	require.True(t, slices.ContainsFunc(records, func(r importRecord) bool {
		return r.ImportPath == module+"/models/diag"
	}), "go list did not list the module")
	require.True(t, slices.ContainsFunc(records, func(r importRecord) bool {
		return strings.HasPrefix(r.ImportPath, module+"/server/e2e/house [")
	}), "go list did not list the tests")
	require.Empty(t, violations(records))
}

// TestImportDirectionIsChecked shows that the checker above can fail, rule by rule.
func TestImportDirectionIsChecked(t *testing.T) {
	tests := []struct {
		name   string
		record importRecord
		want   string
	}{
		{"leftwards", importRecord{ImportPath: "millrace/server/app", Imports: []string{"millrace/models/plan", "millrace/configs", "millrace/web", "os"}}, ""},
		{"same folder", importRecord{ImportPath: "millrace/pipelines/engine", Imports: []string{"millrace/pipelines/optimize"}}, ""},
		{"another module that begins alike", importRecord{ImportPath: "millraces/x", Imports: []string{"millrace/server"}}, ""},
		{"rightwards", importRecord{ImportPath: "millrace/models/plan", Imports: []string{"millrace/components/component"}},
			"models/plan imports components/component, but models may import only its own packages"},
		{"components to pipelines", importRecord{ImportPath: "millrace/components/kafka", Imports: []string{"millrace/pipelines/engine"}},
			"components/kafka imports pipelines/engine, but components may import only models and its own packages"},
		{"pipelines to assets", importRecord{ImportPath: "millrace/pipelines/compile", Imports: []string{"millrace/assets/grants"}},
			"pipelines/compile imports assets/grants, but pipelines may import only models, components and its own packages"},
		{"assets to server", importRecord{ImportPath: "millrace/assets/catalog", Imports: []string{"millrace/server/store"}},
			"assets/catalog imports server/store, but assets may import only models, components, pipelines and its own packages"},
		{"assets to configs", importRecord{ImportPath: "millrace/assets/catalog", Imports: []string{"millrace/configs"}},
			"assets/catalog imports configs, but assets may import only models, components, pipelines and its own packages"},
		{"a test inside the package", importRecord{ImportPath: "millrace/models/plan [millrace/models/plan.test]", ForTest: "millrace/models/plan", Imports: []string{"millrace/server/app"}},
			"models/plan imports server/app, but models may import only its own packages"},
		{"a test beside the package", importRecord{ImportPath: "millrace/models/plan_test [millrace/models/plan.test]", ForTest: "millrace/models/plan",
			Imports: []string{"millrace/models/plan [millrace/models/plan.test]", "millrace/pipelines/compile"}},
			"models/plan imports pipelines/compile, but models may import only its own packages"},
		{"schema to batch", importRecord{ImportPath: "millrace/models/schema", Imports: []string{"millrace/models/batch"}},
			"models/schema imports models/batch, which stands above it in models"},
		{"diag to schema", importRecord{ImportPath: "millrace/models/diag", Imports: []string{"millrace/models/schema"}},
			"models/diag imports models/schema, which stands above it in models"},
		{"batch to expr", importRecord{ImportPath: "millrace/models/batch/arrow", Imports: []string{"millrace/models/expr", "millrace/models/batch", "millrace/models/schema"}},
			"models/batch/arrow imports models/expr, which stands above it in models"},
		{"models do I/O", importRecord{ImportPath: "millrace/models/model", Imports: []string{"net/http"}}, "models/model imports net/http, but models is pure"},
		{"models run programs", importRecord{ImportPath: "millrace/models/model", Imports: []string{"os/exec"}}, "models/model imports os/exec, but models is pure"},
		{"models reach a database", importRecord{ImportPath: "millrace/models/model", Imports: []string{"database/sql"}}, "models/model imports database/sql, but models is pure"},
		{"models log", importRecord{ImportPath: "millrace/models/model", Imports: []string{"log/slog"}}, "models/model imports log/slog, but models is pure"},
		{"models read dates", importRecord{ImportPath: "millrace/models/expr", Imports: []string{"time", "math", "network"}}, ""},
		{"tests of models read goldens", importRecord{ImportPath: "millrace/models/expr [millrace/models/expr.test]", ForTest: "millrace/models/expr", Imports: []string{"os"}}, ""},
		{"components do I/O", importRecord{ImportPath: "millrace/components/file", Imports: []string{"os"}}, ""},
		{"web", importRecord{ImportPath: "millrace/web", Imports: []string{"millrace/models/diag"}}, "web imports models/diag, but web may import only its own packages"},
		{"configs to diag", importRecord{ImportPath: "millrace/configs", Imports: []string{"millrace/models/diag"}}, ""},
		{"configs to schema", importRecord{ImportPath: "millrace/configs", Imports: []string{"millrace/models/schema"}},
			"configs imports models/schema, but configs may import only models/diag and its own packages"},
		{"sdk to components", importRecord{ImportPath: "millrace/sdk", Imports: []string{"millrace/components/all"}}, "sdk imports components/all, but sdk may import only models and its own packages"},
		{"server to its tests' friends", importRecord{ImportPath: "millrace/server/app", Imports: []string{"millrace/sdk"}},
			"server/app imports sdk, but server may import only models, components, pipelines, assets, configs, web and its own packages"},
		{"server to its e2e tests", importRecord{ImportPath: "millrace/server/app", Imports: []string{"millrace/server/e2e/kit"}},
			"server/app imports server/e2e/kit, but server may import only models, components, pipelines, assets, configs, web and its own packages"},
		{"e2e to everything", importRecord{ImportPath: "millrace/server/e2e/spine", Imports: []string{"millrace/sdk", "millrace/server/app", "millrace/pipelines/engine"}}, ""},
		{"to bench", importRecord{ImportPath: "millrace/server/e2e/spine", Imports: []string{"millrace/bench"}},
			"server/e2e/spine imports bench, but server/e2e may import only models, components, pipelines, assets, configs, web, server, sdk, bench/nexmark and its own packages"},
		{"an unknown folder", importRecord{ImportPath: "millrace/util/strings"}, "util/strings stands in no folder of the house"},
		{"the module's root", importRecord{ImportPath: "millrace"}, ". stands in no folder of the house"},
		{"the test program", importRecord{ImportPath: "millrace/models/plan.test", Imports: []string{"os", "testing", "millrace/models/plan [millrace/models/plan.test]"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := violations([]importRecord{tt.record, tt.record})
			if tt.want == "" {
				require.Empty(t, got)
				return
			}
			require.Equal(t, []string{tt.want}, got)
		})
	}
}
