package clickhouse

import (
	"regexp"
	"unicode"

	"millrace/components/clickhouse/chsql"
)

func quoteMeta(s string) string { return regexp.QuoteMeta(s) }

// makeWriters lists every operator and function.
func makeWriters() map[string]exprWriter {
	m := map[string]exprWriter{
		"and": writeLogic, "or": writeLogic, "not": writeNot, "is_null": writeIs, "is_true": writeIs, "is_false": writeIs,
		"distinct": writeDistinct, "in": writeIn, "like": writeLike, "neg": writeNeg, "cast": writeCast, "try_cast": writeCast,
		"case": writeCase, "coalesce": writeCoalesce, "field": writeField, "item": writeItem,
		"add_days": writeShift, "add_months": writeShift, "add_micros": writeShift,
		"floor_time": writeFloorTime, "ceil_time": writeFloorTime, "extract": writeExtract,
		"date_format": writeDateFormat, "to_timestamp": writeToTime, "to_date": writeToTime, "to_timestamp_ltz": writeFromEpoch, "timestampdiff": writeDiff,
		"json_value": writeJSON, "json_query": writeJSON, "json_exists": writeJSON, "cardinality": writeCardinality,

		"upper": writeMapped, "lower": writeMapped, "char_length": strictly("toInt32(lengthUTF8(%s))"),
		"substring": writeSubstring, "trim": writeTrim, "ltrim": writeTrim, "rtrim": writeTrim, "replace": writeReplace,
		"concat": writeConcat, "concat_ws": writeConcatWS, "position": writePosition, "locate": writePosition, "instr": writePosition,
		"startswith": strictly("startsWith(%s, %s)"), "endswith": strictly("endsWith(%s, %s)"),
		"contains": strictly("(position(materialize(%s), materialize(%s)) > 0)"), "split_index": writeSplitIndex,
		"lpad": writePad, "rpad": writePad, "left": writeSide, "right": writeSide, "reverse": strictly("reverseUTF8(%s)"),
		"md5": strictly("lower(hex(MD5(%s)))"), "sha256": strictly("lower(hex(SHA256(%s)))"),
		"regexp": writeRegexp, "regexp_extract": writeRegexpExtract, "regexp_replace": writeRegexpReplace,

		"abs": writeAbs, "sign": writeSign, "round": writeRound, "floor": writeFloor, "ceil": writeFloor, "greatest": writeExtreme, "least": writeExtreme,
		"power": writePower, "sqrt": strictly("sqrt(%s)"), "ln": strictly("log(%s)"), "log10": strictly("log10(%s)"), "exp": strictly("exp(%s)"),
	}
	for _, op := range []string{"add", "sub", "mul", "div", "div_int", "mod"} {
		m[op] = writeArith
	}
	for _, op := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
		m[op] = writeCompare
	}
	return m
}

// caseTables writes the tables of UPPER and LOWER that are in use.
func (w *writer) caseTables() []helper {
	var out []helper
	for _, t := range []struct {
		name string
		m    func(rune) rune
	}{{"mr_upper", unicode.ToUpper}, {"mr_lower", unicode.ToLower}} {
		if w.used[t.name+"_from"] {
			from, to := caseTable(t.m)
			out = append(out, helper{name: t.name + "_from", sql: chsql.Text(from)}, helper{name: t.name + "_to", sql: chsql.Text(to)})
		}
	}
	return out
}
