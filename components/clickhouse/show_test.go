package clickhouse

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// show prints a value that the driver's columns give, pointers followed.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case fmt.Stringer:
		if r := reflect.ValueOf(v); r.Kind() != reflect.Pointer {
			return v.String()
		}
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return "NULL"
		}
		return show(r.Elem().Interface())
	case reflect.Slice:
		parts := make([]string, r.Len())
		for i := range parts {
			parts[i] = show(r.Index(i).Interface())
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Map:
		shown := map[string]string{}
		for _, k := range r.MapKeys() {
			shown[show(k.Interface())] = show(r.MapIndex(k).Interface())
		}
		return fmt.Sprint(shown)
	}
	return fmt.Sprint(v)
}
