package configs

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"millrace/models/diag"
)

// envPrefix stands before the variable of every setting.
const envPrefix = "MILLRACE_"

// Load reads the settings: the defaults, under the file at path (none when path is empty), under the process's
// environment. The error is a diag.List when the text is wrong, and wraps the file system's when it cannot be read.
func Load(path string) (Config, error) {
	var text []byte
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return Config{}, fmt.Errorf("reading the configuration: %w", err)
		}
	}
	c, problems := Parse(path, text, os.Environ())
	if err := problems.Err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Parse reads the settings from text, a YAML document that name stands for in diagnostics, and from environ, entries of
// the form key=value. It goes on after a problem: the list holds everything that is wrong, also with the values themselves
// (see Validate), in the order file, environment, values.
func Parse(name string, text []byte, environ []string) (Config, diag.List) {
	c := Default()
	r := newReader(&c)
	r.yaml(name, text)
	r.environment(environ)

	for _, d := range c.Validate() {
		from := r.origins[d.Path]
		if from.refused {
			continue // reported where it stands; what Validate saw is the default in its place
		}
		d.File, d.Span = from.file, from.span
		r.problems.Add(d)
	}
	return c, r.problems
}

// origin is where a setting's value was written; zero for a default.
type origin struct {
	file    string
	span    diag.Span
	refused bool // what stood there was no value of the setting's type
}

// reader fills a Config and remembers where each value came from.
type reader struct {
	// settings holds each setting by its path, settable; sections the keys of each section, "" being the document.
	settings map[string]reflect.Value
	sections map[string][]string
	origins  map[string]origin
	problems diag.List
}

func newReader(c *Config) *reader {
	r := &reader{settings: map[string]reflect.Value{}, sections: map[string][]string{}, origins: map[string]origin{}}
	r.register("", reflect.ValueOf(c).Elem())
	return r
}

// register files the fields of a struct under their yaml names. A field that is a struct is a section.
func (r *reader) register(path string, section reflect.Value) {
	r.sections[path] = nil
	for i := range section.NumField() {
		key := section.Type().Field(i).Tag.Get("yaml")
		r.sections[path] = append(r.sections[path], key)
		if field := section.Field(i); field.Kind() == reflect.Struct {
			r.register(join(path, key), field)
		} else {
			r.settings[join(path, key)] = field
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// set reads text into the setting at path.
func (r *reader) set(path, text string, from origin) {
	target := r.settings[path]
	problem := parse(target, text)
	from.refused = problem != ""
	r.origins[path] = from
	if problem == "" {
		return
	}
	r.problems.Add(diag.Diagnostic{
		Code: CodeValue, File: from.file, Span: from.span, Path: path,
		Message: fmt.Sprintf("%s is %q, which is not %s", path, text, problem),
		Fix:     "The default is " + defaultText(path) + ".",
	})
}

// parse reads text into target; where it cannot, it says what text should have been and leaves target as it was.
func parse(target reflect.Value, text string) string {
	switch v := target.Addr().Interface().(type) {
	case *Duration:
		if v.UnmarshalText([]byte(text)) != nil {
			return "a duration (a number with a unit, as in 500ms, 1s or 5m)"
		}
	case *Size:
		if v.UnmarshalText([]byte(text)) != nil {
			return "a size (a whole number with a unit, as in 512KiB, 16MiB or 2GiB)"
		}
	case *bool:
		if text != "true" && text != "false" {
			return "true or false"
		}
		*v = text == "true"
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return "a whole number"
		}
		*v = n
	default: // string and the types made of it, whose values Validate checks
		target.SetString(text)
	}
	return ""
}

// defaultText returns the default of the setting at path as one would write it.
func defaultText(path string) string {
	c := Default()
	text := fmt.Sprint(newReader(&c).settings[path].Interface())
	if text == "" {
		return `""`
	}
	return text
}

// variable returns the environment variable of the setting, or section, at path.
func variable(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// environment takes the settings that environ gives. A variable that begins like a section's but is no setting's is an
// error: it can only be a mistyped one. Other variables with the prefix belong to other tools.
func (r *reader) environment(environ []string) {
	paths := make(map[string]string, len(r.settings))
	for path := range r.settings {
		paths[variable(path)] = path
	}
	names := slices.Sorted(maps.Keys(paths))
	// Sorted, so that diagnostics do not come in the order in which a shell happened to export.
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		if path, ok := paths[name]; ok {
			r.set(path, value, origin{file: "$" + name})
			continue
		}
		for _, key := range r.sections[""] {
			if _, section := r.sections[key]; section && strings.HasPrefix(name, variable(key)+"_") {
				r.problems.Add(diag.Diagnostic{
					Code: CodeUnknownVariable, File: "$" + name,
					Message: fmt.Sprintf("%s is not the variable of a setting", name),
					Fix:     suggest(name, names, "Unset it."),
				})
			}
		}
	}
}

// suggest names the nearest candidate, or gives the other advice where none is near.
func suggest(name string, candidates []string, otherwise string) string {
	if near := diag.Nearest(name, candidates); near != "" {
		return "Did you mean " + near + "?"
	}
	return otherwise
}
