package design

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/design"
)

// values is a source with its rows, one JSON object a line.
func values(columns, more string, rows ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - id: rows\n    component: values\n    params:\n      schema: {columns: [%s]%s}\n      rows: |\n", columns, more)
	for _, r := range rows {
		b.WriteString("        " + r + "\n")
	}
	return b.String()
}

// one is an output of the rows of a values source, as they are.
func one(name, columns, more, read string, rows, want []string) output {
	return output{name: name, nodes: values(columns, more, rows...), from: "rows", columns: read, want: want}
}

// outputs are what models put out: at least thirty shapes.
func outputs() []output {
	out := append(scalars(), nested()...)
	out = append(out, wide(), plays(), names(), longText())
	out = append(out, appended()...)
	return append(out, changing()...)
}

// scalars has every scalar type at its edges.
func scalars() []output {
	times := one("times", "{name: id, type: int32, nullable: false}, {name: d, type: date}, {name: m, type: timestamp(3)}, {name: u, type: timestamp}", "", "id, d, m, u",
		[]string{
			`{"id": 1, "d": "1900-01-01", "m": "1900-01-01T00:00:00Z", "u": "1900-01-01T00:00:00.000001Z"}`,
			`{"id": 2, "d": "2299-12-31", "m": "2262-04-11T23:47:16.854Z", "u": "2262-04-11T23:47:16.854775Z"}`,
			`{"id": 3, "d": "1970-01-01", "m": "1969-12-31T23:59:59.999Z", "u": "1969-12-31T23:59:59.999999Z"}`,
			`{"id": 4, "d": "2024-02-29", "m": "2026-11-01T01:30:00+08:00", "u": "2038-01-19T03:14:08Z"}`,
			`{"id": 5}`,
		},
		[]string{
			`[1, "1900-01-01", "1900-01-01 00:00:00.000", "1900-01-01 00:00:00.000001"]`,
			`[2, "2299-12-31", "2262-04-11 23:47:16.854", "2262-04-11 23:47:16.854775"]`,
			`[3, "1970-01-01", "1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999999"]`,
			`[4, "2024-02-29", "2026-10-31 17:30:00.000", "2038-01-19 03:14:08.000000"]`,
			`[5, null, null, null]`,
		})
	zoned := one("zoned", "{name: id, type: int32, nullable: false}, {name: m, type: timestamp(3)}, {name: a, type: array<timestamp>}", "", "id, m, a, toTypeName(m)",
		[]string{`{"id": 1, "m": "2026-10-31T16:00:00Z", "a": ["2026-10-31T16:00:00.000001Z", null]}`, `{"id": 2, "m": "1900-01-01T00:00:00Z", "a": []}`},
		[]string{`[1, "2026-11-01 00:00:00.000", ["2026-11-01 00:00:00.000001", null], "Nullable(DateTime64(3, 'Asia/Shanghai'))"]`,
			`[2, "1900-01-01 08:05:43.000", [], "Nullable(DateTime64(3, 'Asia/Shanghai'))"]`})
	zoned.zone = "Asia/Shanghai"

	floats := output{name: "floats", from: "made", edges: "rows -> made", columns: "id, if(isNaN(f), 'nan', toString(f)), if(isNaN(g), 'nan', toString(g)), if(isNaN(f), nan, 1 / f)",
		nodes: values("{name: id, type: int32, nullable: false}, {name: f, type: float64}, {name: g, type: float32}", "",
			`{"id": 1, "f": 0.1, "g": 0.1}`, `{"id": 2, "f": 1.7976931348623157e308, "g": 3.4028234663852886e38}`, `{"id": 3, "f": 5e-324, "g": 1e-45}`,
			`{"id": 4, "f": 1, "g": 1}`, `{"id": 5, "f": -1, "g": 1}`, `{"id": 6, "f": 0, "g": 0}`, `{"id": 7, "f": -0.0, "g": -0.0}`, `{"id": 8}`) +
			`  - id: made
    component: compute
    params: {columns: [id, "CASE WHEN id IN (4, 5, 6) THEN f / 0.0 ELSE f END AS f", "CASE WHEN id IN (4, 5, 6) THEN CAST(g / CAST(0 AS float32) AS float32) ELSE g END AS g"]}
`,
		want: []string{`[1, "0.1", "0.1", 10]`, `[2, "1.7976931348623157e308", "3.4028235e38", 5.562684646268003e-309]`, `[3, "5e-324", "1e-45", "inf"]`,
			`[4, "inf", "inf", 0]`, `[5, "-inf", "inf", -0]`, `[6, "nan", "nan", "nan"]`, `[7, "-0", "-0", "-inf"]`, `[8, null, null, null]`}}

	return []output{
		one("integers", "{name: a, type: int8, nullable: false}, {name: b, type: int16}, {name: c, type: int32}, {name: d, type: int64}, {name: e, type: uint8}, {name: f, type: uint16}, {name: g, type: uint32}, {name: h, type: uint64}",
			"", "a, b, c, d, e, f, g, h",
			[]string{
				`{"a": -128, "b": -32768, "c": -2147483648, "d": -9223372036854775808, "e": 0, "f": 0, "g": 0, "h": 0}`,
				`{"a": 127, "b": 32767, "c": 2147483647, "d": 9223372036854775807, "e": 255, "f": 65535, "g": 4294967295, "h": 18446744073709551615}`,
				`{"a": 0, "d": 9007199254740993, "h": 9223372036854775808}`,
			},
			[]string{
				`[-128, -32768, -2147483648, -9223372036854775808, 0, 0, 0, 0]`,
				`[127, 32767, 2147483647, 9223372036854775807, 255, 65535, 4294967295, 18446744073709551615]`,
				`[0, null, null, 9007199254740993, null, null, null, 9223372036854775808]`,
			}),
		one("decimals", `{name: id, type: int32, nullable: false}, {name: a, type: "decimal(9, 2)"}, {name: b, type: "decimal(18, 18)"}, {name: c, type: "decimal(38, 0)"}, {name: d, type: "decimal(38, 38)"}, {name: e, type: "decimal(38, 10)"}`,
			"", "id, a, b, c, d, e",
			[]string{
				`{"id": 1, "a": 9999999.99, "b": 0.999999999999999999, "c": 99999999999999999999999999999999999999, "d": 0.99999999999999999999999999999999999999, "e": 1234567890123456789012345678.0123456789}`,
				`{"id": 2, "a": -9999999.99, "b": -0.000000000000000001, "c": -99999999999999999999999999999999999999, "d": -0.00000000000000000000000000000000000001, "e": -0.0000000001}`,
				`{"id": 3, "a": 0, "b": 0, "c": 0, "d": 0, "e": 0}`,
				`{"id": 4}`,
			},
			[]string{
				`[1, "9999999.99", "0.999999999999999999", "99999999999999999999999999999999999999", "0.99999999999999999999999999999999999999", "1234567890123456789012345678.0123456789"]`,
				`[2, "-9999999.99", "-0.000000000000000001", "-99999999999999999999999999999999999999", "-0.00000000000000000000000000000000000001", "-0.0000000001"]`,
				`[3, "0", "0", "0", "0", "0"]`,
				`[4, null, null, null, null, null]`,
			}),
		times, zoned, floats,
		one("texts", "{name: id, type: int32, nullable: false}, {name: s, type: string}, {name: t, type: string, nullable: false}", "", "id, s, t",
			[]string{
				`{"id": 1, "s": "👩‍👩‍👧‍👦 émoji 夜航星 \u202e", "t": "'; DROP TABLE x --"}`,
				`{"id": 2, "s": "", "t": ""}`,
				`{"id": 3, "s": "tab\t newline\n return\r back\\slash quote\" zero\u0000 end", "t": "\\N"}`,
				`{"id": 4, "s": null, "t": "NULL"}`,
				`{"id": 5, "s": "\ud83c\udfb5 \u2028 \ufeff", "t": "  spaces  "}`,
			},
			[]string{
				`[1, "👩‍👩‍👧‍👦 émoji 夜航星 \u202e", "'; DROP TABLE x --"]`,
				`[2, "", ""]`,
				`[3, "tab\t newline\n return\r back\\slash quote\" zero\u0000 end", "\\N"]`,
				`[4, null, "NULL"]`,
				`[5, "\ud83c\udfb5 \u2028 \ufeff", "  spaces  "]`,
			}),
		one("octets", "{name: id, type: int32, nullable: false}, {name: b, type: bytes}", "", "id, hex(b)",
			[]string{`{"id": 1, "b": "AP/+gA=="}`, `{"id": 2, "b": ""}`, `{"id": 3, "b": null}`},
			[]string{`[1, "00FFFE80"]`, `[2, ""]`, `[3, null]`}),
		one("documents", "{name: id, type: int32, nullable: false}, {name: j, type: json}", "", "id, j",
			[]string{`{"id": 1, "j": {"a": 1.10, "n": 12345678901234567890123, "x": null, "e": [], "深": {"🎵": "\u00e9"}}}`, `{"id": 2, "j": [1, 2.50, null]}`, `{"id": 3, "j": "text"}`, `{"id": 4}`},
			[]string{`[1, "{\"a\": 1.10, \"n\": 12345678901234567890123, \"x\": null, \"e\": [], \"深\": {\"🎵\": \"\\u00e9\"}}"]`, `[2, "[1, 2.50, null]"]`, `[3, "\"text\""]`, `[4, null]`}),
		one("truths", "{name: id, type: int32, nullable: false}, {name: yes, type: boolean}, {name: no, type: boolean, nullable: false}", "", "id, yes, no",
			[]string{`{"id": 1, "yes": true, "no": false}`, `{"id": 2, "yes": null, "no": true}`}, []string{`[1, true, false]`, `[2, null, true]`}),
		one("nothing", "{name: a, type: int64}, {name: b, type: string}, {name: c, type: float64}, {name: d, type: \"decimal(38, 5)\"}, {name: e, type: date}, {name: f, type: timestamp}, {name: g, type: boolean}, {name: h, type: json}, {name: i, type: bytes}, {name: j, type: uint64}",
			"", "*", []string{`{}`, `{}`, `{"a": 0, "b": "", "c": 0, "d": 0, "e": "1970-01-01", "f": "1970-01-01T00:00:00Z", "g": false, "h": null, "i": "", "j": 0}`},
			[]string{`[null, null, null, null, null, null, null, null, null, null]`, `[null, null, null, null, null, null, null, null, null, null]`,
				`[0, "", 0, "0", "1970-01-01", "1970-01-01 00:00:00.000000", false, "null", "", 0]`}), // null in JSON is a value of json
	}
}

// nested has arrays, maps and rows, within each other.
func nested() []output {
	return []output{
		one("arrays", "{name: id, type: int32, nullable: false}, {name: a, type: array<int64>}, {name: b, type: array<array<string>>}, {name: c, type: \"array<decimal(38, 3)>\"}, {name: d, type: array<uint64 not null>}", "", "id, a, b, c, d",
			[]string{`{"id": 1, "a": [1, null, -9223372036854775808], "b": [["x", null], [], ["🎵"]], "c": [1.5, null, -99999999999999999999999999999999999.999], "d": [18446744073709551615]}`, `{"id": 2, "a": [], "b": [], "c": [], "d": []}`},
			[]string{`[1, [1, null, -9223372036854775808], [["x", null], [], ["🎵"]], ["1.5", null, "-99999999999999999999999999999999999.999"], [18446744073709551615]]`, `[2, [], [], [], []]`}),
		one("maps", "{name: id, type: int32, nullable: false}, {name: m, type: \"map<string, int64>\"}, {name: n, type: \"map<string, array<string>>\"}", "", "id, mapKeys(m), mapValues(m), mapKeys(n), mapValues(n)",
			[]string{`{"id": 1, "m": {"z": 1, "a": null, "": 3, "键": -4}, "n": {"x": ["1", null], "y": []}}`, `{"id": 2, "m": {}, "n": {}}`},
			[]string{`[1, ["z", "a", "", "键"], [1, null, 3, -4], ["x", "y"], [["1", null], []]]`, `[2, [], [], [], []]`}),
		one("rowtypes", "{name: id, type: int32, nullable: false}, {name: r, type: \"row<os string, `v e` int32 not null, at row<x float64, d date>>\"}, {name: l, type: \"array<row<k string, v uint64>>\"}", "", "id, r, l",
			[]string{`{"id": 1, "r": {"os": "ios", "v e": 17, "at": {"x": 1.5, "d": "2299-12-31"}}, "l": [{"k": "a", "v": 18446744073709551615}, {"k": null, "v": null}]}`,
				`{"id": 2, "r": {"os": null, "v e": -1, "at": {"x": null, "d": null}}, "l": []}`},
			[]string{`[1, ["ios", 17, [1.5, "2299-12-31"]], [["a", 18446744073709551615], [null, null]]]`, `[2, [null, -1, [null, null]], []]`}),
		one("deep", "{name: id, type: int32, nullable: false}, {name: m, type: \"map<string, row<a array<timestamp(3)>, b map<string, decimal(5, 2)>> not null>\"}", "", "id, mapKeys(m), mapValues(m).1, mapValues(mapValues(m).2[1])",
			[]string{`{"id": 1, "m": {"k": {"a": ["2026-01-01T00:00:00.123Z", null], "b": {"q": 123.45, "p": null}}}}`},
			[]string{`[1, ["k"], [["2026-01-01 00:00:00.123", null]], ["123.45", null]]`}),
	}
}

// wide has 500 columns of all kinds.
func wide() output {
	var columns, first, second, want, none []string
	types := []string{"int64", "string", "float64", `"decimal(20, 4)"`, "date", "timestamp(3)", "boolean", "uint64", "json", "array<int32>"}
	for i := range 500 {
		name := fmt.Sprintf("c%03d", i)
		columns = append(columns, fmt.Sprintf("{name: %s, type: %s}", name, types[i%len(types)]))
		in, out := "", ""
		switch i % len(types) {
		case 0:
			in = fmt.Sprint(int64(i) * -1_000_000_007)
		case 1:
			in = fmt.Sprintf(`"text %d 列"`, i)
		case 2:
			in = fmt.Sprintf("%d.5", i)
		case 3:
			in, out = fmt.Sprintf("%d.0625", i), fmt.Sprintf(`"%d.0625"`, i)
		case 4:
			in = fmt.Sprintf(`"%d-02-03"`, 1900+i%400)
		case 5:
			in, out = fmt.Sprintf(`"2026-01-%02dT00:00:00.%03dZ"`, 1+i%28, i), fmt.Sprintf(`"2026-01-%02d 00:00:00.%03d"`, 1+i%28, i)
		case 6:
			in = fmt.Sprint(i%4 == 2)
		case 7:
			in = fmt.Sprint(18446744073709551615 - uint64(i))
		case 8:
			in, out = fmt.Sprintf(`{"i": %d}`, i), fmt.Sprintf(`"{\"i\": %d}"`, i)
		case 9:
			in = fmt.Sprintf("[%d, null]", i)
		}
		if out == "" {
			out = in
		}
		first, want = append(first, fmt.Sprintf("%q: %s", name, in)), append(want, out)
		if i%len(types) == 9 {
			second, none = append(second, fmt.Sprintf("%q: []", name)), append(none, "[]")
		} else {
			none = append(none, "null")
		}
	}
	o := one("wide", strings.Join(columns, ", "), "", "*", []string{"{" + strings.Join(first, ", ") + "}", "{" + strings.Join(second, ", ") + "}"},
		[]string{"[" + strings.Join(want, ", ") + "]", "[" + strings.Join(none, ", ") + "]"})
	o.proposal = func(t *testing.T, p design.Proposal) { require.Len(t, p.Columns, 500) }
	return o
}

// plays are enough rows for a sample to say something: few countries, rising times, long texts.
func plays() output {
	const n = 20_000
	var b strings.Builder
	o := output{name: "plays", zone: "Asia/Shanghai", from: "rows", nodes: "  - {id: rows, component: table, params: {table: ods.t.plays}}\n",
		tables: `  ods.t.plays:
    columns:
      - {name: play_id, type: string, nullable: false}
      - {name: ts, type: timestamp(3)}
      - {name: country, type: string, nullable: false}
      - {name: device, type: string}
      - {name: user_id, type: uint64, nullable: false}
      - {name: ms, type: int64}
      - {name: note, type: string, nullable: false}
    key: [play_id]
    event_time: ts
    source: {component: file, params: {path: $dir/plays.ndjson}}
`,
		columns: "play_id, toUnixTimestamp64Milli(ts), country, device, user_id, ms, note",
		proposal: func(t *testing.T, p design.Proposal) {
			require.Equal(t, []string{"country", "ts", "play_id"}, p.OrderBy)
			require.Equal(t, &design.Partition{Function: "toYYYYMM", Column: "ts"}, p.PartitionBy)
			require.Equal(t, "LowCardinality(String)", p.Columns[2].Type.Value)
			require.Equal(t, "LowCardinality(Nullable(String))", p.Columns[3].Type.Value)
			require.Equal(t, "DoubleDelta, ZSTD(1)", p.Columns[1].Codec.Value)
			require.Equal(t, "ZSTD(1)", p.Columns[6].Codec.Value)
			require.Less(t, p.Size.BytesPerRow, 60.0, "measured")
			require.True(t, p.Size.Measured)
		},
	}
	// Some of the minutes before midnight of a month in the model's zone.
	const start = 1793462400000 - 10_000_000
	for i := range n {
		device := "null"
		if i%7 > 0 {
			device = fmt.Sprintf(`"device %d"`, i%40)
		}
		country, note := []string{"CN", "JP", "🇩🇪", ""}[i*i%4], fmt.Sprintf("%d: ", i)+strings.Repeat(fmt.Sprintf("note %d ", i%3), 15)
		id, user, ms := fmt.Sprintf("%08x", uint32(i)*2654435761), uint64(i)*922337203685477, i*31%300_000
		fmt.Fprintf(&b, `{"play_id":%q,"ts":%d,"country":%q,"device":%s,"user_id":%d,"ms":%d,"note":%q}`+"\n", id, start+i*1000, country, device, user, ms, note)
		o.want = append(o.want, fmt.Sprintf(`[%q, %d, %q, %s, %d, %d, %q]`, id, start+i*1000, country, device, user, ms, note))
	}
	o.files = map[string]string{"plays.ndjson": b.String()}
	return o
}

// names has columns whose names want to be quoted.
func names() output {
	all := []string{"select", "日期", "a b", "🎵", "from", "1st", "Key", "key", "a.b", "x-y", "$v", "order", "ORDER BY", "null", "_part_of", "a:b", "c#", "%s", "?", "{p}"}
	var columns, row, want, read []string
	for i, name := range all {
		columns = append(columns, fmt.Sprintf("{name: %q, type: int32, nullable: false}", name))
		row = append(row, fmt.Sprintf("%q: %d", name, i))
		want, read = append(want, fmt.Sprint(i)), append(read, "`"+name+"`")
	}
	return one("names", strings.Join(columns, ", "), ", key: [\"日期\", \"a b\"]", strings.Join(read, ", "), []string{"{" + strings.Join(row, ", ") + "}"}, []string{"[" + strings.Join(want, ", ") + "]"})
}

// longText has strings of a megabyte.
func longText() output {
	text := strings.Repeat("很长的文本 🎵 ", 60_000)
	return output{name: "long", from: "rows", nodes: "  - {id: rows, component: table, params: {table: ods.t.long}}\n",
		tables:  "  ods.t.long:\n    columns: [{name: id, type: int32, nullable: false}, {name: s, type: string}]\n    source: {component: file, params: {path: $dir/long.ndjson}}\n",
		files:   map[string]string{"long.ndjson": fmt.Sprintf("{\"id\":1,\"s\":%q}\n{\"id\":2,\"s\":\"\"}\n", text)},
		columns: "id, s", want: []string{fmt.Sprintf("[1, %q]", text), `[2, ""]`}}
}
