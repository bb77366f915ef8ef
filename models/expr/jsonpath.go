package expr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// pathStep is one step of a JSON path: a member by name, or an element by index when Name is nil.
type pathStep struct {
	name  []byte
	index int
}

// parsePath reads $, $.name, $['name'], $[0] and their combinations, with an optional "lax " or "strict " in front. Wildcards, slices
// and filters give more than one value and are refused.
func parsePath(p string) ([]pathStep, error) {
	p = strings.TrimSpace(p)
	for _, mode := range []string{"lax ", "strict "} {
		if rest, ok := strings.CutPrefix(p, mode); ok {
			p = strings.TrimSpace(rest)
		}
	}
	rest, ok := strings.CutPrefix(p, "$")
	if !ok {
		return nil, fmt.Errorf("it does not start with $")
	}
	var steps []pathStep
	for rest != "" {
		switch {
		case strings.HasPrefix(rest, "['"), strings.HasPrefix(rest, `["`):
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return nil, fmt.Errorf("a bracket is not closed")
			}
			steps = append(steps, pathStep{name: append([]byte{}, rest[2:2+end]...)})
			rest = rest[2+end+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("a bracket is not closed")
			}
			n, err := strconv.ParseUint(strings.TrimSpace(rest[1:end]), 10, 31)
			if err != nil {
				return nil, fmt.Errorf("%q is not an index from 0", rest[1:end])
			}
			steps = append(steps, pathStep{index: int(n)})
			rest = rest[end+1:]
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			name := rest[1 : 1+end]
			if name == "" || strings.ContainsAny(name, "*?@() ") {
				return nil, fmt.Errorf("%q is not a name", name)
			}
			steps = append(steps, pathStep{name: []byte(name)})
			rest = rest[1+end:]
		default:
			return nil, fmt.Errorf("%q is not a step", rest)
		}
	}
	return steps, nil
}

// findPath returns the text of the value at the path, or nil. The text must be JSON unless check is set.
func findPath(t []byte, path []pathStep, check bool) []byte {
	if check && !json.Valid(t) {
		return nil
	}
	t = skipSpace(t)
	for _, s := range path {
		if len(t) == 0 {
			return nil
		}
		if s.name != nil {
			t = member(t, s.name)
		} else {
			t = element(t, s.index)
		}
	}
	return t[:len(t)-len(skipValue(t))]
}

func skipSpace(t []byte) []byte {
	for len(t) > 0 && (t[0] == ' ' || t[0] == '\t' || t[0] == '\n' || t[0] == '\r') {
		t = t[1:]
	}
	return t
}

// skipString returns what follows the string t starts with.
func skipString(t []byte) []byte {
	for i := 1; i < len(t); i++ {
		switch t[i] {
		case '\\':
			i++
		case '"':
			return t[i+1:]
		}
	}
	return nil
}

// skipValue returns what follows the value t starts with.
func skipValue(t []byte) []byte {
	if len(t) == 0 {
		return nil
	}
	switch t[0] {
	case '"':
		return skipString(t)
	case '{', '[':
		depth := 0
		for i := 0; i < len(t); i++ {
			switch t[i] {
			case '"':
				i = len(t) - len(skipString(t[i:])) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return t[i+1:]
				}
			}
		}
		return nil
	}
	if i := bytes.IndexAny(t, ",]} \t\r\n"); i >= 0 {
		return t[i:]
	}
	return nil
}

// member returns the text from a member's value on, or nil.
func member(t, name []byte) []byte {
	if t[0] != '{' {
		return nil
	}
	t = skipSpace(t[1:])
	for len(t) > 0 && t[0] == '"' {
		after := skipString(t)
		key := t[1 : len(t)-len(after)-1]
		match := bytes.Equal(key, name)
		if !match && bytes.IndexByte(key, '\\') >= 0 {
			var s string
			match = json.Unmarshal(t[:len(t)-len(after)], &s) == nil && s == string(name)
		}
		t = skipSpace(after)
		if len(t) == 0 {
			return nil
		}
		t = skipSpace(t[1:]) // the colon
		if match {
			return t
		}
		t = skipSpace(skipValue(t))
		if len(t) == 0 || t[0] != ',' {
			return nil
		}
		t = skipSpace(t[1:])
	}
	return nil
}

// element returns the text from an array's element on, or nil.
func element(t []byte, index int) []byte {
	if t[0] != '[' {
		return nil
	}
	t = skipSpace(t[1:])
	for len(t) > 0 && t[0] != ']' {
		if index == 0 {
			return t
		}
		index--
		t = skipSpace(skipValue(t))
		if len(t) == 0 || t[0] != ',' {
			return nil
		}
		t = skipSpace(t[1:])
	}
	return nil
}
