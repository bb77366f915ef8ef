package component

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/models/model"
	"millrace/models/schema"
)

// fieldTypes returns every field type.
func fieldTypes() []FieldType {
	return []FieldType{
		FieldString, FieldText, FieldInt, FieldFloat, FieldBool, FieldDuration, FieldSize, FieldTime, FieldEnum, FieldExpr,
		FieldColumn, FieldTable, FieldConnection, FieldDataType, FieldFormat, FieldParams, FieldList, FieldObject, FieldMap, FieldSchema,
	}
}

// textual reports whether values of the type are texts in Go as well.
func textual(t FieldType) bool {
	switch t {
	case FieldString, FieldText, FieldEnum, FieldExpr, FieldColumn, FieldTable, FieldConnection, FieldFormat:
		return true
	default:
		return false
	}
}

// describe says what a field takes, for "must be ...".
func describe(f *Field) string {
	if f.Secret {
		return "a secret"
	}
	switch f.Type {
	case FieldInt:
		return "a whole number"
	case FieldFloat:
		return "a number"
	case FieldBool:
		return "true or false"
	case FieldDuration:
		return "a duration"
	case FieldSize:
		return "a size"
	case FieldTime:
		return "a time"
	case FieldExpr:
		return "an expression"
	case FieldColumn:
		return "a column's name"
	case FieldTable:
		return "a table's name"
	case FieldConnection:
		return "a connection's name"
	case FieldFormat:
		return "a format's name"
	case FieldDataType:
		return "a type"
	case FieldList:
		return "a list"
	case FieldObject, FieldMap, FieldSchema, FieldParams:
		return "a mapping"
	default:
		return "a text"
	}
}

// example returns a value as a person would write it.
func example(f *Field) string {
	if f.Secret {
		return "{env: NAME}"
	}
	switch f.Type {
	case FieldInt:
		return "1"
	case FieldFloat:
		return "0.5"
	case FieldBool:
		return "true"
	case FieldDuration:
		return "5s"
	case FieldSize:
		return "16MiB"
	case FieldTime:
		return "2026-01-02T15:04:05Z"
	case FieldEnum:
		if len(f.Options) > 0 {
			return f.Options[0].Value
		}
		return "..."
	case FieldExpr:
		return `"amount > 0"`
	case FieldColumn:
		return "user_id"
	case FieldTable:
		return "ods.music.play_events"
	case FieldDataType:
		return "int64"
	case FieldList:
		if f.Of == nil {
			return "[...]"
		}
		return "[" + example(f.Of) + "]"
	case FieldObject:
		var parts []string
		for i := range f.Fields {
			if f.Fields[i].Required {
				parts = append(parts, f.Fields[i].Name+": "+example(&f.Fields[i]))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case FieldMap, FieldParams:
		return "{name: ...}"
	case FieldSchema:
		return "{columns: [{name: id, type: int64}]}"
	default:
		return "text"
	}
}

// errRange marks numbers that do not fit 64 bits.
var errRange = errors.New("the number does not fit 64 bits")

func isRange(err error) bool { return errors.Is(err, errRange) }

// wholeNumber is what an int may look like.
var wholeNumber = regexp.MustCompile(`^[-+]?[0-9]+$`)

// parseScalar reads the text of a value of the field's type.
func parseScalar(f *Field, text string) (any, error) {
	switch f.Type {
	case FieldInt:
		if !wholeNumber.MatchString(text) {
			return nil, fmt.Errorf("%s is not a whole number", text)
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errRange
		}
		return n, nil
	case FieldFloat:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !finite(x) {
			return nil, errRange
		}
		return x, nil
	case FieldDuration:
		return parseDuration(text)
	case FieldSize:
		return parseSize(text)
	case FieldTime:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a time in the form 2026-01-02T15:04:05Z", text)
		}
		return t.UTC(), nil
	case FieldEnum:
		if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == text }) {
			return nil, fmt.Errorf("%q is not one of the values", text)
		}
		return text, nil
	case FieldDataType:
		return schema.Parse(text)
	default:
		return text, nil
	}
}

// days is a number of days in front of the rest of a duration.
var days = regexp.MustCompile(`^([0-9]+)d`)

// parseDuration reads Go's notation with days in front: "5s", "1h30m", "7d", "1d12h", "-1d". A day is 24 hours. A number without a unit is
// refused, as it means seconds to one reader and milliseconds to the next.
func parseDuration(text string) (time.Duration, error) {
	if after, negative := strings.CutPrefix(text, "-"); negative && days.MatchString(after) {
		d, err := parseDuration(after)
		if err != nil {
			return 0, fmt.Errorf("in %q: %w", text, err)
		}
		return -d, nil
	}
	bad := fmt.Errorf("%q is not a duration with a unit (ns, us, ms, s, m, h, d)", text)
	rest, total := text, time.Duration(0)
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n > int64(math.MaxInt64/(24*time.Hour)) {
			return 0, fmt.Errorf("%q is longer than a duration can be", text)
		}
		total, rest = time.Duration(n)*24*time.Hour, text[len(m[0]):]
		if rest == "" {
			return total, nil
		}
		if rest[0] == '-' || rest[0] == '+' {
			return 0, bad
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || rest == "0" && total > 0 {
		return 0, bad
	}
	if total > math.MaxInt64-d && d > 0 {
		return 0, fmt.Errorf("%q is longer than a duration can be", text)
	}
	return total + d, nil
}

// sizeText is a whole number of bytes with a unit.
var sizeText = regexp.MustCompile(`^([0-9]+) *([A-Za-z]+)$`)

// parseSize reads a whole number with a unit: B, KiB, MiB, GiB, TiB (powers of 1024) or kB, KB, MB, GB, TB (powers of 1000).
func parseSize(text string) (int64, error) {
	bad := fmt.Errorf("%q is not a whole number with a unit (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB)", text)
	m := sizeText.FindStringSubmatch(text)
	if m == nil {
		return 0, bad
	}
	var unit int64
	switch m[2] {
	case "B":
		unit = 1
	case "KiB":
		unit = 1 << 10
	case "MiB":
		unit = 1 << 20
	case "GiB":
		unit = 1 << 30
	case "TiB":
		unit = 1 << 40
	case "kB", "KB":
		unit = 1e3
	case "MB":
		unit = 1e6
	case "GB":
		unit = 1e9
	case "TB":
		unit = 1e12
	default:
		return 0, bad
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q does not fit 64 bits", text)
	}
	return n * unit, nil
}

// checkBounds returns what is wrong with the value's size, or "". Durations and sizes that say nothing else are not negative.
func checkBounds(f *Field, v any) string {
	switch v := v.(type) {
	case int64:
		return outside(f, v, strconv.FormatInt(v, 10), func(b int64) string { return strconv.FormatInt(b, 10) })
	case float64:
		// Compared as floats: a bound of 1 must refuse 0.5.
		if f.HasMin && v < float64(f.Min) || f.HasMax && v > float64(f.Max) {
			return strconv.FormatFloat(v, 'g', -1, 64) + " is " + boundText(f, func(b int64) string { return strconv.FormatInt(b, 10) })
		}
	case time.Duration:
		if !f.HasMin && v < 0 {
			return v.String() + " is negative"
		}
		return outside(f, int64(v), v.String(), func(b int64) string { return time.Duration(b).String() })
	case []any:
		return outside(f, int64(len(v)), strconv.Itoa(len(v))+" entries", func(b int64) string { return strconv.FormatInt(b, 10) })
	}
	return ""
}

func outside(f *Field, n int64, text string, bound func(int64) string) string {
	if f.HasMin && n < f.Min || f.HasMax && n > f.Max {
		return text + " is " + boundText(f, bound)
	}
	return ""
}

func boundText(f *Field, bound func(int64) string) string {
	switch {
	case f.HasMin && f.HasMax:
		return "not between " + bound(f.Min) + " and " + bound(f.Max)
	case f.HasMin:
		return "less than " + bound(f.Min)
	default:
		return "more than " + bound(f.Max)
	}
}

// checkGoType verifies that a value has the Go type Params gives for the field, deeply.
func checkGoType(f *Field, v any) error {
	ok := false
	switch x := v.(type) {
	case string:
		ok = textual(f.Type)
	case Secret:
		ok = f.Secret
	case int64:
		ok = f.Type == FieldInt || f.Type == FieldSize
	case float64:
		ok = f.Type == FieldFloat && finite(x)
	case bool:
		ok = f.Type == FieldBool
	case time.Duration:
		ok = f.Type == FieldDuration
	case time.Time:
		ok = f.Type == FieldTime
	case schema.Type:
		ok = f.Type == FieldDataType && x.Kind != schema.Invalid && x.Kind != schema.Null
	case *schema.Schema:
		ok = f.Type == FieldSchema && x != nil
	case model.Value:
		ok = f.Type == FieldParams && x.Kind == model.Map
	case Params:
		if ok = f.Type == FieldObject; ok {
			return checkMembers(f, x)
		}
	case []any:
		if ok = f.Type == FieldList && f.Of != nil; ok {
			for i := range x {
				if err := checkGoType(f.Of, x[i]); err != nil {
					return fmt.Errorf("[%d]: %w", i, err)
				}
			}
		}
	case map[string]any:
		if ok = f.Type == FieldMap && f.Of != nil; ok {
			for k := range x {
				if err := checkGoType(f.Of, x[k]); err != nil {
					return fmt.Errorf("%s: %w", k, err)
				}
			}
		}
	}
	if !ok {
		return fmt.Errorf("a field of type %s does not hold a %T", f.Type, v)
	}
	return nil
}

func checkMembers(f *Field, p Params) error {
	for i := range f.Fields {
		m := &f.Fields[i]
		if v := p.values[m.Name]; v != nil {
			if err := checkGoType(m, v); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
		} else if m.Required {
			return fmt.Errorf("%s is missing", m.Name)
		}
	}
	return nil
}

// normalized brings a default into the form decoding gives.
func normalized(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UTC()
	}
	return v
}
