package railroad

import (
	"fmt"
	"strings"
)

// Section is a part of the page: the rules that people look up together, each with a sentence.
type Section struct {
	Title string
	Rules []Entry
}

// Entry is one rule on the page.
type Entry struct{ Rule, Title, Text string }

// Pages returns the page of a grammar and its drawings, by their names within the page's folder: grammar.md and grammar/<rule>.svg. It fails
// for a grammar that it cannot read, and for an entry that names no rule.
func Pages(grammar, lexer, intro string, sections []Section) (map[string]string, error) {
	rules, err := parse(grammar, lexer)
	if err != nil {
		return nil, err
	}
	byName := map[string]rule{}
	for _, r := range rules {
		byName[r.name] = r
	}
	title := map[string]string{}
	for _, s := range sections {
		for _, e := range s.Rules {
			title[e.Rule] = e.Title
		}
	}
	link := func(rule string) string {
		if t, ok := title[rule]; ok {
			return "../grammar.md#" + anchor(t)
		}
		return ""
	}
	out := map[string]string{}
	var page strings.Builder
	page.WriteString(intro)
	for _, s := range sections {
		fmt.Fprintf(&page, "\n## %s\n", s.Title)
		for _, e := range s.Rules {
			r, ok := byName[e.Rule]
			if !ok {
				return nil, fmt.Errorf("drawing %s: the grammar has no such rule", e.Rule)
			}
			out["grammar/"+e.Rule+".svg"] = draw(r, link)
			fmt.Fprintf(&page, "\n### %s\n\n%s\n\n![%s](grammar/%s.svg)\n", e.Title, e.Text, e.Rule, e.Rule)
			if also := mentioned(r.body, title); len(also) > 0 {
				fmt.Fprintf(&page, "\nSee %s.\n", strings.Join(also, ", "))
			}
		}
	}
	out["grammar.md"] = page.String()
	return out, nil
}

// mentioned links the rules of a body that are on the page, in their order.
func mentioned(n node, title map[string]string) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(node)
	visit = func(n node) {
		switch n := n.(type) {
		case ref:
			if t, ok := title[n.rule]; ok && !seen[n.rule] {
				seen[n.rule] = true
				out = append(out, fmt.Sprintf("[%s](#%s)", n.rule, anchor(t)))
			}
		case sequence:
			for _, p := range n.parts {
				visit(p)
			}
		case choice:
			for _, p := range n.parts {
				visit(p)
			}
		case optional:
			visit(n.part)
		case loop:
			visit(n.part)
			if n.between != nil {
				visit(n.between)
			}
		}
	}
	visit(n)
	return out
}

// anchor is what a heading becomes in a link.
func anchor(title string) string {
	return strings.ReplaceAll(strings.ToLower(title), " ", "-")
}
