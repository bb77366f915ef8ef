package clickhouse

import (
	"fmt"
	"strconv"
	"strings"
)

// chType is a ClickHouse type as system.columns writes it, with the wrappers that do not change what a value is taken off.
type chType struct {
	// name is the type without parameters: Int64, String, DateTime64, Array, ...
	name          string
	nullable, low bool
	// precision and scale of a Decimal; precision of a DateTime64.
	precision, scale int
	// length of a FixedString.
	length int
	zone   string
	// elems are the types of an Array's elements, a Map's keys and values, a Tuple's members; fields their names when they have any.
	elems  []chType
	fields []string
	// enum holds an Enum's names.
	enum map[string]bool
	text string
}

// parseType reads a type. Types it does not know come back by name, without parameters.
func parseType(s string) (chType, error) {
	p := chTypeParser{rest: s}
	t, err := p.parse(0)
	if err == nil && p.rest != "" {
		err = fmt.Errorf("unexpected %q behind the type", p.rest)
	}
	if err != nil {
		return chType{}, fmt.Errorf("parsing ClickHouse type %q: %w", s, err)
	}
	t.text = s
	return t, nil
}

type chTypeParser struct{ rest string }

const maxDepth = 64

func (p *chTypeParser) word() string {
	p.rest = strings.TrimLeft(p.rest, " ")
	i := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if i < 0 {
		i = len(p.rest)
	}
	w := p.rest[:i]
	p.rest = p.rest[i:]
	return w
}

func (p *chTypeParser) accept(c byte) bool {
	p.rest = strings.TrimLeft(p.rest, " ")
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// quoted reads a text in the quotes given, with backslash escapes.
func (p *chTypeParser) quoted(quote byte) (string, error) {
	if !p.accept(quote) {
		return "", fmt.Errorf("expected %q before %q", quote, p.rest)
	}
	var b strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(unescape(p.rest[i]))
		case c == quote && i+1 < len(p.rest) && p.rest[i+1] == quote:
			i++
			b.WriteByte(quote)
		case c == quote:
			p.rest = p.rest[i+1:]
			return b.String(), nil
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("a quoted text is not closed")
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case '0':
		return 0
	default:
		return c
	}
}

func (p *chTypeParser) number() (int, error) {
	p.rest = strings.TrimLeft(p.rest, " ")
	i := strings.IndexFunc(p.rest, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	if i < 0 {
		i = len(p.rest)
	}
	n, err := strconv.Atoi(p.rest[:i])
	p.rest = p.rest[i:]
	return n, err
}

func (p *chTypeParser) close() error {
	if p.accept(')') {
		return nil
	}
	return fmt.Errorf("expected ')' before %q", p.rest)
}

func (p *chTypeParser) parse(depth int) (chType, error) {
	if depth > maxDepth {
		return chType{}, fmt.Errorf("types are nested deeper than %d", maxDepth)
	}
	before := strings.TrimLeft(p.rest, " ")
	t, err := p.one(depth)
	t.text = before[:len(before)-len(p.rest)]
	return t, err
}

func (p *chTypeParser) one(depth int) (chType, error) {
	t := chType{name: p.word()}
	if t.name == "" {
		return t, fmt.Errorf("expected a type before %q", p.rest)
	}
	if !p.accept('(') {
		return t, nil
	}
	var err error
	switch t.name {
	case "Nullable", "LowCardinality":
		wrapper := t.name
		if t, err = p.parse(depth + 1); err != nil {
			return t, err
		}
		t.nullable = t.nullable || wrapper == "Nullable"
		t.low = t.low || wrapper == "LowCardinality"
	case "Array", "Map":
		for ok := true; ok && err == nil; ok = p.accept(',') {
			var e chType
			e, err = p.parse(depth + 1)
			t.elems = append(t.elems, e)
		}
		if err == nil && len(t.elems) != map[string]int{"Array": 1, "Map": 2}[t.name] {
			err = fmt.Errorf("%s of %d types", t.name, len(t.elems))
		}
	case "Tuple":
		err = p.tuple(&t, depth)
	case "SimpleAggregateFunction":
		p.word()
		if !p.accept(',') {
			return t, fmt.Errorf("expected ',' before %q", p.rest)
		}
		t, err = p.parse(depth + 1)
	case "Decimal":
		if t.precision, err = p.number(); err == nil && p.accept(',') {
			t.scale, err = p.number()
		}
	case "DateTime64":
		if t.precision, err = p.number(); err == nil && p.accept(',') {
			t.zone, err = p.quoted('\'')
		}
	case "DateTime":
		t.zone, err = p.quoted('\'')
	case "FixedString":
		t.length, err = p.number()
	case "Enum8", "Enum16":
		t.enum = map[string]bool{}
		for ok := true; ok && err == nil; ok = p.accept(',') {
			var name string
			if name, err = p.quoted('\''); err == nil && p.accept('=') {
				_, err = p.number()
			}
			t.enum[name] = true
		}
	default:
		return t, p.skip()
	}
	if err != nil {
		return t, err
	}
	return t, p.close()
}

func (p *chTypeParser) tuple(t *chType, depth int) error {
	for ok := true; ok; ok = p.accept(',') {
		save := p.rest
		var name string
		var err error
		if strings.HasPrefix(strings.TrimLeft(p.rest, " "), "`") {
			name, err = p.quoted('`')
		} else if name = p.word(); !strings.HasPrefix(p.rest, " ") {
			name, p.rest = "", save // a type without a name
		}
		if err != nil {
			return err
		}
		e, err := p.parse(depth + 1)
		if err != nil {
			return err
		}
		t.elems, t.fields = append(t.elems, e), append(t.fields, name)
	}
	return nil
}

// skip passes the parameters of a type that is not looked into.
func (p *chTypeParser) skip() error {
	depth := 1
	for depth > 0 {
		if p.rest == "" {
			return fmt.Errorf("a parenthesis is not closed")
		}
		switch c := p.rest[0]; c {
		case '(':
			depth++
		case ')':
			depth--
		case '\'', '`':
			if _, err := p.quoted(c); err != nil {
				return err
			}
			continue
		}
		p.rest = p.rest[1:]
	}
	return nil
}
