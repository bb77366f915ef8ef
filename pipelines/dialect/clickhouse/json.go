package clickhouse

import (
	"fmt"
	"strconv"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/models/expr"
	"millrace/models/schema"
)

// ClickHouse's JSON functions change numbers and refuse some, so paths are followed over the tokens of the text itself.

// validJSON tests a text for being JSON: its tokens are well-formed each in itself, and ClickHouse finds them well placed once numbers
// and strings, of which it refuses some, are replaced by plain ones.
func (s *scope) validJSON(v string) string {
	v = s.twice(v)
	tokens := s.name(s.help("mr_json_tokens", v))
	return fmt.Sprintf("(arrayStringConcat(%s) = %s AND isValidJSON(%s))",
		tokens, s.help("mr_json_ltrim", v), s.help("mr_json_shape", fmt.Sprintf("arrayMap(x -> %s, %s)", s.help("mr_json_trim", "x"), tokens)))
}

// pathStep is one step of a JSON path: a member's name, or an element's index.
type pathStep struct {
	name  string
	index int
	named bool
}

// parsePath reads a path that models/expr has found to be good.
func parsePath(p string) []pathStep {
	p = strings.TrimSpace(p)
	for _, mode := range []string{"lax ", "strict "} {
		if rest, ok := strings.CutPrefix(p, mode); ok {
			p = strings.TrimSpace(rest)
		}
	}
	p = strings.TrimPrefix(p, "$")
	var steps []pathStep
	for p != "" {
		switch {
		case strings.HasPrefix(p, "['"), strings.HasPrefix(p, `["`):
			end := strings.Index(p[2:], p[1:2]+"]")
			if end < 0 {
				return steps
			}
			steps = append(steps, pathStep{name: p[2 : 2+end], named: true})
			p = p[2+end+2:]
		case p[0] == '[':
			end := strings.IndexByte(p, ']')
			n, err := strconv.Atoi(strings.TrimSpace(p[1:max(end, 1)]))
			if end < 0 || err != nil {
				return steps
			}
			steps = append(steps, pathStep{index: n})
			p = p[end+1:]
		default:
			end := strings.IndexAny(p[1:], ".[")
			if end < 0 {
				end = len(p) - 1
			}
			steps = append(steps, pathStep{name: p[1 : 1+end], named: true})
			p = p[1+end:]
		}
	}
	return steps
}

// follow writes the text of the value at a path; it is empty where the path leads nowhere.
func (s *scope) follow(e *expr.Expr) (found, source string, fail string) {
	x := s.expr(e.Args[0])
	path, _ := constant(e.Args[1])
	v := s.twice(x.value)
	cur := fmt.Sprintf("ifNull(%s, '')", s.help("mr_json_trim", v))
	if e.Args[0].Type.Kind != schema.JSON {
		cur = fmt.Sprintf("if(ifNull(%s, false), %s, '')", s.validJSON(v), cur)
	}
	for _, step := range parsePath(path) {
		tokens := s.name(s.help("mr_json_tokens", cur))
		trimmed := s.name(fmt.Sprintf("arrayMap(x -> %s, %s)", s.help("mr_json_trim", "x"), tokens))
		depth := s.name(s.help("mr_json_depth", trimmed))
		var at string
		if step.named {
			key := chsql.Text(step.name)
			at = s.name(fmt.Sprintf("toInt64(arrayFirstIndex((x, y, d) -> d = 1 AND y = ':' AND startsWith(x, '\"') AND %s = %s, %s, arraySlice(arrayPushBack(%s, ''), 2), %s))",
				s.help("mr_json_text", "x"), key, trimmed, trimmed, depth))
			cur = fmt.Sprintf("if(%s = 0 OR NOT startsWith(%s[1], '{'), '', %s)", at, trimmed, s.help("mr_json_slice", tokens, depth, at+" + 2"))
		} else {
			commas := fmt.Sprintf("arrayFilter((i, x, d) -> d = 1 AND x = ',', arrayEnumerate(%s), %s, %s)", trimmed, trimmed, depth)
			at = s.name(fmt.Sprintf("toInt64(%s[%d])", commas, step.index))
			first := at + " = 0"
			if step.index == 0 {
				at, first = "1", fmt.Sprintf("%s[2] = ']'", trimmed)
			}
			cur = fmt.Sprintf("if(%s OR %s[1] != '[', '', %s)", first, trimmed, s.help("mr_json_slice", tokens, depth, at+" + 1"))
		}
		cur = s.twice(cur)
	}
	return s.twice(cur), v, x.fail
}

func writeJSON(s *scope, e *expr.Expr) pair {
	found, source, fail := s.follow(e)
	switch e.Func {
	case "json_exists":
		v := fmt.Sprintf("(%s != '')", found)
		if e.Nullable {
			v = fmt.Sprintf("if(%s IS NULL, NULL, %s != '')", operand(source), found)
		}
		return pair{v, fail}
	case "json_query":
		return pair{fmt.Sprintf("if(match(%s, '^[{\\\\[]'), %s, NULL)", found, found), fail}
	}
	return pair{fmt.Sprintf("multiIf(match(%s, '^([{\\\\[n]|$)'), NULL, startsWith(%s, '\"'), %s, %s)", found, found, s.help("mr_json_text", found), found), fail}
}

// writeField reads a member of a row.
func writeField(s *scope, e *expr.Expr) pair {
	x, row := s.expr(e.Args[0]), e.Args[0]
	name, _ := e.Args[1].Value.(string)
	if !row.Nullable {
		return pair{lifted(fmt.Sprintf("tupleElement(%s, %s)", x.value, chsql.Text(name)), e.Type, false, e.Nullable), x.fail}
	}
	v := s.twice(x.value)
	member := fmt.Sprintf("tupleElement(%s, %s)", bare(v, row.Type, true), chsql.Text(name))
	return pair{unless(isNull(v, row.Type, true), member, e.Type, false), x.fail}
}

// writeItem reads an element of an array or the value of a map's key; NULL where there is none.
func writeItem(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	// A NULL in the place of an array or a map has no elements either.
	x, key := s.twice(bare(args[0].value, e.Args[0].Type, e.Args[0].Nullable)), s.twice(args[1].value)
	if e.Args[0].Type.Kind == schema.Map {
		kt := *e.Args[0].Type.Key
		at := s.name(fmt.Sprintf("toInt64(arrayFirstIndex(k -> ifNull(%s, false), mapKeys(%s)))", s.equal("k", key, kt, kt), x))
		return pair{unless(at+" = 0", fmt.Sprintf("mapValues(%s)[%s]", x, at), e.Type, false), fails(args)}
	}
	bad := fmt.Sprintf("ifNull(%s < 1 OR %s > toInt64(length(%s)), true)", operand(key), operand(key), x)
	return pair{unless(bad, fmt.Sprintf("%s[greatest(1, least(ifNull(%s, 1), 2147483647))]", operand(x), key), e.Type, false), fails(args)}
}

// writeCardinality counts the elements of an array or a map.
func writeCardinality(s *scope, e *expr.Expr) pair {
	x, of := s.expr(e.Args[0]), e.Args[0]
	if !of.Nullable {
		return pair{"toInt32(length(" + x.value + "))", x.fail}
	}
	v := s.twice(x.value)
	return pair{unless(isNull(v, of.Type, true), "toInt32(length("+bare(v, of.Type, true)+"))", e.Type, false), x.fail}
}
