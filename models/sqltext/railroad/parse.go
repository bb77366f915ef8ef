package railroad

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// node is a part of a rule.
type node interface{ node() }

type (
	// word is a token, with what stands for it in a text.
	word struct {
		text string
		// class is set for tokens that stand for many texts, such as a name.
		class bool
	}
	// ref is another rule.
	ref struct{ rule string }
	// sequence is one part after the other.
	sequence struct{ parts []node }
	// choice is one of its parts.
	choice struct{ parts []node }
	// optional is a part or nothing.
	optional struct{ part node }
	// loop is a part once or more, with between from one to the next, which may be nil.
	loop struct{ part, between node }
)

func (word) node()     {}
func (ref) node()      {}
func (sequence) node() {}
func (choice) node()   {}
func (optional) node() {}
func (loop) node()     {}

// rule is one rule of a grammar.
type rule struct {
	name string
	body node
}

var (
	comments = regexp.MustCompile(`(?m)//.*$`)
	lexical  = regexp.MustCompile(`(?m)^([A-Z_]+): '((?:[^'\\]|\\.)*)'`)
	tokens   = regexp.MustCompile(`#\s*\w+|\w+\s*=|\w+|[:|;()?*+]`)
)

// classes are the tokens that stand for many texts, and those that the lexer's grammar gives no text.
func classes() map[string]word {
	return map[string]word{
		"IDENTIFIER":        {"name", true},
		"QUOTED_IDENTIFIER": {"`name`", true},
		"STRING":            {"'text'", true},
		"BYTES":             {"X'0aff'", true},
		"INTEGER":           {"integer", true},
		"DECIMAL":           {"decimal", true},
		"FLOAT":             {"float", true},
		"PARAM":             {":parameter", true},
		"LPAREN_QUERY":      {"(", false},
		"ARRAY_OF":          {"ARRAY", false},
		"MAP_OF":            {"MAP", false},
	}
}

// parse reads the rules of a parser's grammar in their order, taking the texts of tokens from the lexer's.
func parse(grammar, lexer string) ([]rule, error) {
	words := classes()
	for _, m := range lexical.FindAllStringSubmatch(lexer, -1) {
		words[m[1]] = word{text: strings.ReplaceAll(m[2], `\\`, `\`)}
	}
	words["EOF"] = word{}
	_, body, found := strings.Cut(comments.ReplaceAllString(grammar, ""), "tokenVocab")
	if !found {
		return nil, fmt.Errorf("reading the grammar: it names no tokenVocab")
	}
	_, body, _ = strings.Cut(body, "}")
	var out []rule
	for _, text := range strings.Split(body, ";") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		p := &reader{words: words, tokens: tokens.FindAllString(text, -1)}
		name := p.next()
		if p.next() != ":" {
			return nil, fmt.Errorf("reading the rule %s: expected a colon", name)
		}
		tree, err := p.choice()
		if err != nil {
			return nil, fmt.Errorf("reading the rule %s: %w", name, err)
		}
		if p.at < len(p.tokens) {
			return nil, fmt.Errorf("reading the rule %s: nothing opens %s", name, p.tokens[p.at])
		}
		out = append(out, rule{name, tree})
	}
	return out, nil
}

type reader struct {
	words  map[string]word
	tokens []string
	at     int
}

func (p *reader) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *reader) next() string {
	t := p.peek()
	p.at++
	return t
}

func (p *reader) choice() (node, error) {
	var parts []node
	for {
		s, err := p.sequence()
		if err != nil {
			return nil, err
		}
		parts = append(parts, s)
		if p.peek() != "|" {
			break
		}
		p.at++
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return choice{parts}, nil
}

func (p *reader) sequence() (node, error) {
	var parts []node
	for {
		t := p.peek()
		if t == "" || t == "|" || t == ")" {
			return simplify(parts), nil
		}
		p.at++
		if strings.HasPrefix(t, "#") || strings.HasSuffix(t, "=") {
			continue // labels are for the Go side
		}
		var part node
		switch {
		case t == "(":
			inner, err := p.choice()
			if err != nil {
				return nil, err
			}
			if p.next() != ")" {
				return nil, fmt.Errorf("a group is never closed")
			}
			part = inner
		case strings.ToUpper(t) == t:
			w, ok := p.words[t]
			if !ok {
				return nil, fmt.Errorf("there is no token %s", t)
			}
			if t == "EOF" {
				continue
			}
			part = w
		default:
			part = ref{t}
		}
		switch p.peek() {
		case "?":
			p.at++
			part = optional{part}
		case "*":
			p.at++
			part = optional{loop{part: part}}
		case "+":
			p.at++
			part = loop{part: part}
		}
		parts = append(parts, part)
	}
}

// simplify draws a (, a)* as one loop with commas between.
func simplify(parts []node) node {
	var out []node
	for _, p := range parts {
		if o, ok := p.(optional); ok && len(out) > 0 {
			if l, ok := o.part.(loop); ok {
				if s, ok := l.part.(sequence); ok && len(s.parts) == 2 && reflect.DeepEqual(s.parts[1], out[len(out)-1]) {
					out[len(out)-1] = loop{part: s.parts[1], between: s.parts[0]}
					continue
				}
			}
		}
		out = append(out, p)
	}
	if len(out) == 1 {
		return out[0]
	}
	return sequence{out}
}
