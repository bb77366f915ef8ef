package design

import (
	"slices"
	"strings"
	"unicode/utf8"

	"millrace/components/clickhouse/chsql"
	"millrace/components/component"
)

// maxName is how long the name of a table may be in bytes: it becomes the name of files, with ".sql" or a part's name behind, and every byte
// that is no letter, digit or underscore takes three there.
const maxName = 206

// reserved are the columns that a MergeTree stores for itself.
var reserved = []string{"_row_exists", "_block_number", "_block_offset"}

// names decides where the table lies and looks at every name.
func (d *designer) names() {
	d.p.Database, d.p.Table = d.in.Database, d.in.Table
	if parts := strings.Split(d.in.Table, "."); len(parts) > 1 {
		d.p.Database, d.p.Table = parts[len(parts)-2], parts[len(parts)-1]
	}
	pins := d.in.Pins
	if pins.Database != nil {
		d.p.Database = *pins.Database
	}
	if pins.Name != nil {
		d.p.Table = *pins.Name
	}
	if e := d.in.Existing; e != nil {
		d.p.Database, d.p.Table = e.Database, e.Table
	}
	d.choose(Choice{Path: "database", Value: d.p.Database, Pinned: pins.Database != nil,
		Why: textf("The last but one part of the full name %s.", "取自全名 %s 的倒数第二段。", d.in.Table)})
	d.choose(Choice{Path: "name", Value: d.p.Table, Pinned: pins.Name != nil,
		Why: textf("The last part of the full name %s.", "取自全名 %s 的最后一段。", d.in.Table)})

	if name := d.p.Database; name != "" && !writable(name) {
		d.badName("database", name, Choices{Database: ptr(safe(name))})
	}
	if !writable(d.p.Table) {
		d.badName("name", d.p.Table, Choices{Name: ptr(safe(d.p.Table))})
	}
	seen := map[string]bool{}
	for _, f := range d.in.Schema.Fields {
		why, mend := text("", ""), text("Rename it with AS in a compute node.", "请在计算节点中用 AS 重命名。")
		switch {
		case strings.TrimSpace(f.Name) == "":
			why = text("a column has no name", "存在未命名的列")
		case seen[f.Name]:
			why = textf("two columns are called %q", "有两列同名：%q", f.Name)
		case !utf8.ValidString(f.Name):
			why = textf("the name of the column %q is not UTF-8", "列名 %q 不是合法的 UTF-8", f.Name)
		case slices.Contains(reserved, f.Name):
			why = textf("ClickHouse keeps the name %q for itself", "ClickHouse 保留了名称 %q", f.Name)
		case !chsql.InsertableColumn(f.Name):
			why = textf("rows cannot be written to a column called %q: the name has a quote, a parenthesis, a comma, a backslash, a tab, a line break or a zero byte",
				"无法写入名为 %q 的列：名称含有引号、括号、逗号、反斜杠、制表符、换行或零字节", f.Name)
		}
		seen[f.Name] = true
		if why != (component.Text{}) {
			d.stop(CodeName, "columns."+f.Name, why, mend, nil)
		}
	}
}

func (d *designer) badName(path, name string, pins Choices) {
	d.stop(CodeName, path,
		textf("%[1]q cannot be used here: a name has 1 to %[2]d bytes as a file name, without blanks, dots, quotes, parentheses and backslashes",
			"%[1]q 不能使用：名称作为文件名须为 1 到 %[2]d 字节，且不含空白、点、引号、括号和反斜杠", name, maxName),
		text("Give it another name.", "请换一个名称。"), &pins, figure("bytes", fileBytes(name)))
}

// writable reports whether a table or database of the name can be made and written to.
func writable(name string) bool {
	return utf8.ValidString(name) && chsql.InsertableName(name) && fileBytes(name) <= maxName && !strings.ContainsRune(name, 0)
}

// fileBytes is how long a name is as a file's.
func fileBytes(name string) int {
	n := 0
	for _, c := range []byte(name) {
		if plainByte(c) {
			n++
		} else {
			n += 3
		}
	}
	return n
}

func plainByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// safe makes a name that can be used out of one that cannot.
func safe(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if b.Len() >= maxName/2 {
			break
		}
		if plainByte(c) {
			b.WriteByte(c)
		} else {
			b.WriteByte('_')
		}
	}
	if strings.Trim(b.String(), "_") == "" {
		return "table_1"
	}
	return b.String()
}
