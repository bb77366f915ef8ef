package differential

import (
	"math/rand/v2"
	"slices"
	"strings"

	"millrace/models/expr"
	"millrace/models/schema"
)

// expressions makes random texts of the language, most of which check.
type expressions struct {
	r   *rand.Rand
	env expr.Env
	// own takes the columns from the schema; else they are those of allTypes.
	own bool
}

// next returns the next expression that checks and is not a constant.
func (g *expressions) next() compared {
	for {
		text, near := g.any(1+g.r.IntN(4)), g.r.IntN(25) == 0
		if near {
			text = g.of(pick(g.r, []string{"POWER(@N, @N)", "LN(@N)", "LOG10(@N)", "EXP(@N)"}), 2)
		}
		e, diags := parseExpr(text, g.env)
		if diags.HasErrors() || len(expr.Columns(e)) == 0 || !near && inexact(e) || near && slices.ContainsFunc(e.Args, inexact) {
			continue
		}
		return compared{text, e, near}
	}
}

func (g *expressions) any(depth int) string {
	switch g.r.IntN(8) {
	case 0, 1:
		return g.number(depth)
	case 2, 3:
		return g.text(depth)
	case 4:
		return g.time(depth)
	case 5:
		return g.json(depth)
	case 6:
		switch g.r.IntN(4) {
		case 0:
			return g.array(depth)
		case 1:
			return g.mapping(depth)
		}
		return pick(g.r, []string{"device", "bin"})
	}
	return g.truth(depth)
}

// of fills a form: N a number, T a text, B a boolean, D a time, J json, A an array, M a map, I a small integer, P a path.
func (g *expressions) of(form string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(form); i++ {
		if form[i] != '@' {
			b.WriteByte(form[i])
			continue
		}
		i++
		switch form[i] {
		case 'N':
			b.WriteString("(" + g.number(depth-1) + ")")
		case 'T':
			b.WriteString("(" + g.text(depth-1) + ")")
		case 'B':
			b.WriteString("(" + g.truth(depth-1) + ")")
		case 'D':
			b.WriteString("(" + g.time(depth-1) + ")")
		case 'J':
			b.WriteString("(" + g.json(depth-1) + ")")
		case 'A':
			b.WriteString("(" + g.array(depth-1) + ")")
		case 'M':
			b.WriteString("(" + g.mapping(depth-1) + ")")
		case 'I':
			b.WriteString(pick(g.r, []string{"0", "1", "2", "3", "-1", "-2", "5", "n", "k", "i8", "i64", "1000", "CAST(n AS BIGINT)"}))
		case 'P':
			b.WriteString(pick(g.r, []string{"'$'", "'$.a'", "'$.b'", "'$.c[1]'", "'$.d.e'", "'$[0].a'", "'$.a.b[2].c'", `'$["a b"].x'`, "'$[1]'", "'lax $.a.a.a'", "'$.n'"}))
		case 'U':
			b.WriteString(pick(g.r, []string{"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}))
		case 'X':
			b.WriteString(pick(g.r, []string{"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOW", "ISODOW", "ISOYEAR", "DOY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "EPOCH"}))
		case 'Y':
			b.WriteString(pick(g.r, []string{"TINYINT", "SMALLINT", "INT", "BIGINT", "uint8", "uint16", "uint32", "uint64", "FLOAT", "DOUBLE", "DECIMAL(5, 2)", "DECIMAL(38, 10)", "DECIMAL(20, 0)", "DECIMAL(10, 9)", "DECIMAL(38, 38)"}))
		case 'R':
			b.WriteString(pick(g.r, []string{"'[a-z]+'", "'([0-9]+)'", "'^(a)(b)'", "'(?i)z(e|b)'", "'.b'", "'a.b'", "'^/song/([0-9]+)'", `'\\d'`, "'中.音'", "'é$'", "'x+'", "'(a)|b'", "'^$'", "'[^a]'"}))
		case 'L':
			b.WriteString(pick(g.r, []string{"'%'", "''", "'a%'", "'_b%'", "'%\\%'", "'___'", "'%b_c'", "'中%'", "'%\\slash'", "t", "'%' || t || '%'", "'_'", "'a\nb'"}))
		case 'F':
			b.WriteString(pick(g.r, []string{"'yyyy-MM-dd HH:mm:ss.SSSSSS'", "'yyyyMMdd'", "'dd/MM/yyyy HH:mm'", "'EEE MMM d h a'", "'EEEE, MMMM dd yy'", "'yyyy''T''HH'", "'H:m:s.SSS'", "'HH-S'"}))
		case 'G':
			b.WriteString(pick(g.r, []string{"'yyyyMMdd'", "'yyyy-MM-dd HH:mm:ss.SSSSSS'", "'dd/MM/yyyy HH:mm'", "'yyyy-M-d'", "'HH:mm'", "'yyyy-MM-dd'"}))
		}
	}
	return b.String()
}

func (g *expressions) form(depth int, leaves, forms []string) string {
	if g.own {
		leaves = g.columns(leaves)
	}
	if len(leaves) == 0 {
		return "NULL" // of a kind that the schema does not have: the text will not check
	}
	if depth <= 0 || g.r.IntN(6) == 0 {
		return pick(g.r, leaves)
	}
	return g.of(pick(g.r, forms), depth)
}

var numberLeaves = []string{"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "d", "big", "whole", "n", "k", "i64", "i32", "f64", "d", "big",
	"0", "1", "2", "-1", "3", "7", "10", "1.5", "0.01", "2.50", "1e0", "1e10", "2147483647", "9223372036854775807", "-9223372036854775808", "100000000000000000000", "0.000001", "CAST(NULL AS INT)", "CAST(5 AS uint8)"}

var numberForms = []string{"@N + @N", "@N - @N", "@N * @N", "@N / @N", "@N % @N", "@N + @N", "@N - @N", "@N * @N", "@N / @N", "-@N", "+@N", "ABS(@N)", "SIGN(@N)", "ROUND(@N)", "ROUND(@N, 1)", "ROUND(@N, 2)",
	"ROUND(@N, -1)", "ROUND(@N, -3)", "FLOOR(@N)", "CEIL(@N)", "MOD(@N, @N)", "GREATEST(@N, @N)", "LEAST(@N, @N, @N)", "SQRT(@N)", "CAST(@N AS @Y)", "TRY_CAST(@N AS @Y)", "CAST(@T AS @Y)", "TRY_CAST(@T AS @Y)",
	"CAST(@B AS INT)", "CAST(@J AS DOUBLE)", "TRY_CAST(@J AS BIGINT)", "CHAR_LENGTH(@T)", "POSITION(@T IN @T)", "LOCATE(@T, @T, @I)", "INSTR(@T, @T)", "EXTRACT(@X FROM @D)", "EXTRACT(@X FROM @D)", "YEAR(@D)", "DAYOFWEEK(@D)",
	"TIMESTAMPDIFF(@U, @D, @D)", "UNIX_TIMESTAMP(@D)", "CARDINALITY(@A)", "CARDINALITY(@M)", "@A[@I]", "@M[@T]", "DAYOFMONTH(@D)", "DAYOFYEAR(@D)", "HOUR(@D)", "MINUTE(@D)", "MONTH(@D)", "QUARTER(@D)", "SECOND(@D)", "WEEK(@D)", "IF(@B, @N, @N)", "COALESCE(@N, @N)", "NULLIF(@N, @N)", "IFNULL(@N, @N)",
	"CASE WHEN @B THEN @N WHEN @B THEN @N END", "CASE WHEN @B THEN @N ELSE @N END", "CASE @N WHEN @N THEN @N ELSE @N END", "TRY_CAST(@T AS DOUBLE)", "CAST(@T AS DECIMAL(12, 3))"}

func (g *expressions) number(depth int) string { return g.form(depth, numberLeaves, numberForms) }

var textLeaves = []string{"s", "t", "s", "t", "s", "device.os", "device.ver", "''", "'a'", "' é '", "'中文'", "'12'", "'a%b'", "CAST(NULL AS STRING)", "'😀'"}

var textForms = []string{"UPPER(@T)", "LOWER(@T)", "SUBSTRING(@T, @I)", "SUBSTRING(@T, @I, @I)", "TRIM(@T)", "TRIM(@T, @T)", "LTRIM(@T, 'a ')", "RTRIM(@T, @T)", "LTRIM(@T)", "REPLACE(@T, @T, @T)", "CONCAT(@T, @T, @T)", "@T || @T",
	"CONCAT_WS(@T, @T, @T, @T)", "CONCAT_WS('-', @T)", "SPLIT_INDEX(@T, '/', @I)", "SPLIT_INDEX(@T, ' ', @I)", "LPAD(@T, @I % 40, @T)", "RPAD(@T, @I % 40, 'xé')", "LEFT(@T, @I)", "RIGHT(@T, @I)", "REVERSE(@T)", "MD5(@T)", "SHA256(@T)", "MD5(bin)",
	"REGEXP_EXTRACT(@T, @R)", "REGEXP_EXTRACT(@T, '([a-z])([0-9]+)?', 1)", "REGEXP_EXTRACT(@T, '([a-z])([0-9]+)?', 2)", "REGEXP_REPLACE(@T, @R, 'x')", "REGEXP_REPLACE(@T, '([a-z])(b?)', '<$2\\$1>')", "CAST(@N AS STRING)", "CAST(@N AS STRING)", "CAST(@D AS STRING)",
	"CAST(@B AS STRING)", "CAST(@J AS STRING)", "CAST(bin AS STRING)", "TRY_CAST(bin AS STRING)", "JSON_VALUE(@J, @P)", "JSON_VALUE(@J, @P)", "JSON_VALUE(@T, @P)", "DATE_FORMAT(@D, @F)", "FROM_UNIXTIME(@N)", "FROM_UNIXTIME(i32)",
	"IF(@B, @T, @T)", "COALESCE(@T, @T)", "NULLIF(@T, @T)", "CASE WHEN @B THEN @T END", "CASE WHEN @B THEN 'x' WHEN @B THEN 'y' ELSE 'z' END", "GREATEST(@T, @T)", "LEAST(@T, @T)"}

func (g *expressions) text(depth int) string { return g.form(depth, textLeaves, textForms) }

var timeLeaves = []string{"ts", "ts3", "day", "e", "ts", "day", "DATE '2024-02-29'", "TIMESTAMP '2024-03-10 02:30:00'", "TIMESTAMP '1969-12-31 23:59:59.999999'", "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS DATE)"}

var timeForms = []string{"@D + INTERVAL '1' DAY", "@D - INTERVAL '25' HOUR", "@D + INTERVAL '1' MONTH", "@D - INTERVAL '13' MONTH", "@D + INTERVAL '1' YEAR", "@D + INTERVAL '0.000001' SECOND", "TIMESTAMPADD(@U, @I, @D)", "TIMESTAMPADD(@U, @N, @D)",
	"FLOOR(@D TO @U)", "FLOOR(@D TO @U)", "CEIL(@D TO @U)", "CAST(@D AS DATE)", "CAST(@D AS TIMESTAMP)", "CAST(@D AS TIMESTAMP(3))", "CAST(@T AS TIMESTAMP)", "CAST(@T AS DATE)", "TRY_CAST(@T AS TIMESTAMP(3))", "TRY_CAST(@T AS DATE)", "TRY_CAST(@T AS TIMESTAMP)",
	"TO_TIMESTAMP_LTZ(@N, 0)", "TO_TIMESTAMP_LTZ(i64, 3)", "TO_TIMESTAMP_LTZ(i64, 6)", "TO_TIMESTAMP(@T)", "TO_TIMESTAMP(@T, @G)", "TO_DATE(@T, @G)", "TO_TIMESTAMP(DATE_FORMAT(@D, 'yyyy-MM-dd HH:mm:ss.SSSSSS'), 'yyyy-MM-dd HH:mm:ss.SSSSSS')",
	"IF(@B, @D, @D)", "COALESCE(@D, @D)", "GREATEST(@D, @D)", "LEAST(@D, @D)", "CASE WHEN @B THEN @D END"}

func (g *expressions) time(depth int) string { return g.form(depth, timeLeaves, timeForms) }

func (g *expressions) json(depth int) string {
	return g.form(depth, []string{"j", "j", "CAST('{\"a\":[1,2.50]}' AS JSON)"}, []string{"JSON_QUERY(@J, @P)", "JSON_QUERY(@T, @P)", "CAST(@T AS JSON)", "TRY_CAST(@T AS JSON)", "IF(@B, @J, @J)", "CAST(i64 AS JSON)", "CAST(d AS JSON)", "COALESCE(@J, @J)"})
}

func (g *expressions) array(depth int) string {
	return g.form(depth, []string{"arr", "arr"}, []string{"IF(@B, @A, @A)", "CASE WHEN @B THEN @A END", "CASE WHEN @B THEN @A WHEN @B THEN @A END", "COALESCE(@A, @A)", "IF(@B, NULL, @A)"})
}

func (g *expressions) mapping(depth int) string {
	return g.form(depth, []string{"m", "m"}, []string{"IF(@B, @M, @M)", "CASE WHEN @B THEN @M END", "COALESCE(@M, @M, @M)"})
}

var truthForms = []string{"@N = @N", "@N <> @N", "@N < @N", "@N <= @N", "@N > @N", "@N >= @N", "@T = @T", "@T < @T", "@T >= @T", "@D = @D", "@D < @D", "@D <= @D", "@N BETWEEN @N AND @N", "@N IN (1, 2, 3)", "@N NOT IN (1, NULL)", "@N IN (1, 2.5, @N)",
	"f64 IN (1.5, 0.0, CAST('NaN' AS DOUBLE))", "@T IN ('a', 'b', NULL)", "@T NOT IN ('a', '')", "@B AND @B", "@B OR @B", "@B AND @B AND @B", "@B OR @B OR @B", "NOT @B", "@B IS NULL", "@N IS NOT NULL", "@A IS NULL", "@M IS NOT NULL", "@B IS TRUE", "@B IS NOT FALSE", "@B IS UNKNOWN",
	"@N IS DISTINCT FROM @N", "@T IS NOT DISTINCT FROM @T", "@D IS DISTINCT FROM @D", "@T LIKE @L", "@T NOT LIKE @L", "@T LIKE 'a!%%' ESCAPE '!'", "@T LIKE t ESCAPE '!'", "@T LIKE t ESCAPE '\\'", "REGEXP(@T, @R)", "STARTSWITH(@T, @T)", "ENDSWITH(@T, @T)",
	"CONTAINS(@T, @T)", "JSON_EXISTS(@J, @P)", "JSON_EXISTS(@T, @P)", "CAST(@T AS BOOLEAN)", "TRY_CAST(@T AS BOOLEAN)", "TRY_CAST(@J AS BOOLEAN)", "CAST(i32 AS BOOLEAN)", "bin = bin", "bin < CAST(s AS BYTES)", "IF(@B, @B, @B)", "COALESCE(@B, @B)",
	"CASE WHEN @B THEN @B END", "1 / @N > 0", "@N / n = 1", "@B = @B", "x IN (TRUE, NULL)", "@B <> @B"}

func (g *expressions) truth(depth int) string {
	return g.form(depth, []string{"x", "y", "x", "y", "TRUE", "FALSE", "CAST(NULL AS BOOLEAN)", "n = 1", "k > 2"}, truthForms)
}

// inexact reports whether an expression holds an operation whose last digits the published list leaves open.
func inexact(e *expr.Expr) bool {
	switch e.Func {
	case "power", "ln", "log10", "exp":
		return true
	case "mod":
		if e.Type.Float() {
			return true
		}
	}
	return slices.ContainsFunc(e.Args, inexact)
}

// columns replaces the columns among leaves by those of the schema that are of their kinds.
func (g *expressions) columns(leaves []string) []string {
	kinds := map[string]bool{}
	var out []string
	for _, l := range leaves {
		if kind, ok := leafKinds[l]; ok {
			kinds[kind] = true
		} else {
			out = append(out, l)
		}
	}
	for _, f := range g.env.Schema.Fields {
		kind := ""
		switch t := f.Type; {
		case t.Numeric():
			kind = "number"
		case t.Kind == schema.String:
			kind = "text"
		case t.Kind == schema.Date || t.Kind == schema.Timestamp:
			kind = "time"
		case t.Kind == schema.Boolean:
			kind = "truth"
		case t.Kind == schema.Array && t.Elem.Kind == schema.Int64:
			kind = "array"
		case t.Kind == schema.Map:
			kind = "map"
		}
		if kinds[kind] {
			for range 4 {
				out = append(out, f.Name)
			}
		}
	}
	return out
}

var leafKinds = map[string]string{"i8": "number", "i16": "number", "i32": "number", "i64": "number", "u8": "number", "u16": "number", "u32": "number", "u64": "number", "f32": "number",
	"f64": "number", "d": "number", "big": "number", "whole": "number", "n": "number", "k": "number", "s": "text", "t": "text", "device.os": "text", "device.ver": "text",
	"ts": "time", "ts3": "time", "day": "time", "e": "time", "x": "truth", "y": "truth", "arr": "array", "m": "map", "n = 1": "truth", "k > 2": "truth"}
