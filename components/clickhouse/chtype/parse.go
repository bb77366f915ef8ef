package chtype

import (
	"fmt"
	"strconv"
	"strings"
)

// Type is a ClickHouse type as system.columns writes it, with the wrappers that do not change what a value is taken off.
type Type struct {
	// Name is the type without parameters: Int64, String, DateTime64, Array, ...
	Name string
	// Nullable says that there is a Nullable around it, Low a LowCardinality.
	Nullable, Low bool
	// Precision and Scale of a Decimal; Precision of a DateTime64.
	Precision, Scale int
	// Length of a FixedString.
	Length int
	// Zone of a DateTime or DateTime64; empty for the server's.
	Zone string
	// Elems are the types of an Array's elements, a Map's keys and values, a Tuple's members; Fields the members' names, empty where they
	// have none.
	Elems  []Type
	Fields []string
	// Enum holds an Enum's names.
	Enum map[string]bool
	// Text is the type as it was written.
	Text string
}

// Parse reads a type. Types it does not know come back by name, without parameters.
func Parse(s string) (Type, error) {
	p := parser{rest: s}
	t, err := p.parse(0)
	if err == nil && p.rest != "" {
		err = fmt.Errorf("unexpected %q behind the type", p.rest)
	}
	if err != nil {
		return Type{}, fmt.Errorf("parsing ClickHouse type %q: %w", s, err)
	}
	t.Text = s
	return t, nil
}

type parser struct{ rest string }

const maxDepth = 64

func (p *parser) word() string {
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

func (p *parser) accept(c byte) bool {
	p.rest = strings.TrimLeft(p.rest, " ")
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// quoted reads a text in the quotes given, with backslash escapes.
func (p *parser) quoted(quote byte) (string, error) {
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

func (p *parser) number() (int, error) {
	p.rest = strings.TrimLeft(p.rest, " ")
	i := strings.IndexFunc(p.rest, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	if i < 0 {
		i = len(p.rest)
	}
	n, err := strconv.Atoi(p.rest[:i])
	p.rest = p.rest[i:]
	return n, err
}

func (p *parser) close() error {
	if p.accept(')') {
		return nil
	}
	return fmt.Errorf("expected ')' before %q", p.rest)
}

func (p *parser) parse(depth int) (Type, error) {
	if depth > maxDepth {
		return Type{}, fmt.Errorf("types are nested deeper than %d", maxDepth)
	}
	before := strings.TrimLeft(p.rest, " ")
	t, err := p.one(depth)
	t.Text = before[:len(before)-len(p.rest)]
	return t, err
}

func (p *parser) one(depth int) (Type, error) {
	t := Type{Name: p.word()}
	if t.Name == "" {
		return t, fmt.Errorf("expected a type before %q", p.rest)
	}
	if !p.accept('(') {
		return t, nil
	}
	var err error
	switch t.Name {
	case "Nullable", "LowCardinality":
		wrapper := t.Name
		if t, err = p.parse(depth + 1); err != nil {
			return t, err
		}
		t.Nullable = t.Nullable || wrapper == "Nullable"
		t.Low = t.Low || wrapper == "LowCardinality"
	case "Array", "Map":
		for ok := true; ok && err == nil; ok = p.accept(',') {
			var e Type
			e, err = p.parse(depth + 1)
			t.Elems = append(t.Elems, e)
		}
		if err == nil && len(t.Elems) != map[string]int{"Array": 1, "Map": 2}[t.Name] {
			err = fmt.Errorf("%s of %d types", t.Name, len(t.Elems))
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
		if t.Precision, err = p.number(); err == nil && p.accept(',') {
			t.Scale, err = p.number()
		}
	case "DateTime64":
		if t.Precision, err = p.number(); err == nil && p.accept(',') {
			t.Zone, err = p.quoted('\'')
		}
	case "DateTime":
		t.Zone, err = p.quoted('\'')
	case "FixedString":
		t.Length, err = p.number()
	case "Enum8", "Enum16":
		t.Enum = map[string]bool{}
		for ok := true; ok && err == nil; ok = p.accept(',') {
			var name string
			if name, err = p.quoted('\''); err == nil && p.accept('=') {
				_, err = p.number()
			}
			t.Enum[name] = true
		}
	default:
		return t, p.skip()
	}
	if err != nil {
		return t, err
	}
	return t, p.close()
}

func (p *parser) tuple(t *Type, depth int) error {
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
		t.Elems, t.Fields = append(t.Elems, e), append(t.Fields, name)
	}
	return nil
}

// skip passes the parameters of a type that is not looked into.
func (p *parser) skip() error {
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
