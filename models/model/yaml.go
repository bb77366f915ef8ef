package model

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"millrace/models/diag"
)

// collector gathers the diagnostics of one document, up to maxReports.
type collector struct {
	file string
	list diag.List
	more int
	// refused holds the places of values that were reported and became Null, so that nobody reports them as missing as well.
	refused map[diag.Pos]bool
}

func newCollector(file string) *collector {
	return &collector{file: file, refused: map[diag.Pos]bool{}}
}

// refuse returns what stands for a value that was reported.
func (c *collector) refuse(at diag.Span) Value {
	c.refused[at.Start] = true
	return Value{At: at}
}

// add takes a diagnostic; fix is called only when the diagnostic is kept, as finding near names costs.
func (c *collector) add(d diag.Diagnostic, fix func() string) {
	if len(c.list) >= maxReports {
		c.more++
		return
	}
	d.File = c.file
	if fix != nil {
		d.Fix = fix()
	}
	c.list.Add(d)
}

func (c *collector) errorf(code diag.Code, at diag.Span, path, fix, format string, args ...any) {
	c.add(diag.Diagnostic{Code: code, Span: at, Path: path, Fix: fix, Message: fmt.Sprintf(format, args...)}, nil)
}

// done returns the sorted list.
func (c *collector) done() diag.List {
	c.list.Sort()
	if c.more > 0 {
		c.list.Add(diag.Diagnostic{Code: CodeMore, File: c.file, Message: fmt.Sprintf("%d more problems are not shown", c.more)})
	}
	return c.list
}

// yamlReader turns YAML into a Value.
type yamlReader struct {
	*collector
	// lines is the text in lines, without their ends.
	lines []string
	// column has where each column of the line that was looked at last begins, as a document may stand in one line.
	column struct {
		line    int
		offsets []int32
	}
}

// readYAML reads one document. ok is false when there is no value to go on with; the reason was reported.
func readYAML(c *collector, src []byte) (v Value, ok bool) {
	if len(src) > MaxBytes {
		c.errorf(CodeTooLarge, diag.Span{}, "", "Split the model.", "the document has %d bytes; the limit is %d", len(src), MaxBytes)
		return Value{}, false
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !checkText(c, src) {
		return Value{}, false
	}
	r := yamlReader{collector: c, lines: strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")}
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF), err == nil && len(document.Content) == 0:
		c.errorf(CodeEmpty, diag.Span{}, "", "", "the document is empty")
		return Value{}, false
	case err != nil:
		r.syntax(err)
		return Value{}, false
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err)
	default:
		r.errorf(CodeSeveralDocuments, nodeSpan(&second), "", "Keep one model in a file.", "a second document follows the model")
	}
	return r.value(document.Content[0], "", 1), true
}

// checkText refuses what is not UTF-8 and the characters YAML does not take, and line ends that editors do not count as such: with
// them, positions would be off.
func checkText(c *collector, src []byte) bool {
	good := true
	pos := diag.Pos{Line: 1, Column: 1}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			c.errorf(CodeInvalidUTF8, diag.Span{Start: pos}, "", "Save the file as UTF-8.", "the byte 0x%02X is not UTF-8 here", src[i])
			good = false
		case r == '\n':
			pos = diag.Pos{Line: pos.Line + 1}
		case r == '\r' && i+1 < len(src) && src[i+1] == '\n', r == '\t':
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
			c.errorf(CodeControlCharacter, diag.Span{Start: pos}, "", fmt.Sprintf("Remove it, or write it as %s within double quotes.", escape(r)),
				"the document holds the character U+%04X", r)
			good = false
		}
		pos.Column++
		i += size
	}
	return good
}

var (
	errorLine = regexp.MustCompile(`^line (\d+): `)
	// parserError matches what the library's parser reports; it counts lines from 0, and its scanner from 1.
	parserError   = regexp.MustCompile(`^did not find expected (<|node content|'-' indicator|key|',' or)`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax reports an error of the YAML library, which has its place in its text.
func (r *yamlReader) syntax(err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		r.alias(diag.Span{Start: r.find("*" + m[1])})
		return
	}
	line := 1 // an error on the first line comes without
	if m := errorLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits, by the expression
		message = strings.TrimPrefix(message, m[0])
		if parserError.MatchString(message) {
			line++
		}
	}
	// The library counts to the line behind the last one when the text ends too early.
	at := diag.Span{Start: diag.Pos{Line: min(line, len(r.lines)), Column: 1}}
	r.errorf(CodeSyntax, at, "", "Correct the YAML; indent with blanks, never tabs.", "%s", message)
}

// find returns where a text first stands.
func (r *yamlReader) find(text string) diag.Pos {
	for i, l := range r.lines {
		if before, _, ok := strings.Cut(l, text); ok {
			return diag.Pos{Line: i + 1, Column: utf8.RuneCountInString(before) + 1}
		}
	}
	return diag.Pos{}
}

func (r *yamlReader) alias(at diag.Span) {
	r.errorf(CodeAlias, at, "", "Write the value out.", "anchors, aliases and merge keys are not used in models")
}

func nodeSpan(n *yaml.Node) diag.Span {
	return diag.Span{Start: diag.Pos{Line: n.Line, Column: n.Column}}
}

// value converts a node; a part that cannot be converted becomes Null and is reported.
func (r *yamlReader) value(n *yaml.Node, path string, depth int) Value {
	at := nodeSpan(n)
	switch {
	case n.Kind == yaml.AliasNode:
		r.alias(at)
		return r.refuse(at)
	case n.Anchor != "":
		r.alias(at)
	case n.Style&yaml.TaggedStyle != 0:
		r.errorf(CodeTag, at, path, "Remove the tag.", "YAML tags are not used in models")
		return r.refuse(at)
	case depth > MaxDepth:
		r.errorf(CodeTooDeep, at, path, "", "the value is nested deeper than %d", MaxDepth)
		return r.refuse(at)
	}
	switch n.Kind {
	case yaml.SequenceNode:
		v := Value{Kind: List, At: at}
		for i, c := range n.Content {
			v.Items = append(v.Items, r.value(c, fmt.Sprintf("%s[%d]", path, i), depth+1))
		}
		return v
	case yaml.MappingNode:
		return r.mapping(n, path, depth)
	default:
		return r.scalar(n, path)
	}
}

func (r *yamlReader) mapping(n *yaml.Node, path string, depth int) Value {
	v := Value{Kind: Map, At: nodeSpan(n)}
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind == yaml.AliasNode, k.Anchor != "", k.Tag == "!!merge":
			r.alias(nodeSpan(k))
			continue
		case k.Style&yaml.TaggedStyle != 0:
			r.errorf(CodeTag, nodeSpan(k), path, "Remove the tag.", "YAML tags are not used in models")
			continue
		case k.Kind != yaml.ScalarNode:
			r.errorf(CodeKey, nodeSpan(k), path, "", "a key must be a text, not a list or mapping")
			continue
		}
		at := r.place(k)
		if k.Style == 0 && k.ShortTag() != "!!str" && k.ShortTag() != "!!timestamp" {
			r.errorf(CodeKey, at, path, fmt.Sprintf("Put it in quotes: %q.", k.Value), "a key must be a text")
			continue
		}
		if utf8.RuneCountInString(k.Value) > MaxKey {
			r.errorf(CodeKey, at, path, "", "a key has at most %d characters", MaxKey)
			continue
		}
		full := join(path, k.Value)
		if line, twice := first[k.Value]; twice {
			r.errorf(CodeDuplicateKey, at, full, "Keep one of the two.", "the key %q stands on line %d already", k.Value, line)
			continue
		}
		first[k.Value] = k.Line
		v.Entries = append(v.Entries, Entry{Key: k.Value, KeyAt: at, Value: r.value(n.Content[i+1], full, depth+1)})
	}
	return v
}

// number is a number in the notation of JSON, which every reader understands alike.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

func (r *yamlReader) scalar(n *yaml.Node, path string) Value {
	at := r.place(n)
	if n.Style != 0 {
		return Value{Kind: String, Text: n.Value, At: at}
	}
	switch tag := n.ShortTag(); {
	case number.MatchString(n.Value):
		return Value{Kind: Number, Text: n.Value, At: at}
	case tag == "!!null":
		return Value{At: at}
	case tag == "!!bool":
		return Value{Kind: Bool, Text: strings.ToLower(n.Value), At: at}
	case tag == "!!int", tag == "!!float":
		r.errorf(CodeNumber, at, path, fmt.Sprintf("Write it in plain decimal notation, or in quotes if it is a text: %q.", n.Value),
			"%s is a number to some readers and a text to others", n.Value)
		return r.refuse(at)
	default:
		return Value{Kind: String, Text: n.Value, At: at}
	}
}

// place returns the span of a scalar's text, as Value.At describes it: with an end exactly when the text stands in the document
// character by character.
func (r *yamlReader) place(n *yaml.Node) diag.Span {
	start := diag.Pos{Line: n.Line, Column: n.Column}
	quote := ""
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		quote = "'"
	case n.Style&yaml.DoubleQuotedStyle != 0:
		quote = `"`
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return r.block(n)
	}
	if quote != "" {
		start.Column++
	}
	if end, ok := r.verbatim(n.Value, start, quote); ok {
		return diag.Span{Start: start, End: end}
	}
	return diag.Span{Start: start}
}

// block places a block scalar: its text begins on the line behind the indicator, at the column of the block's indent.
func (r *yamlReader) block(n *yaml.Node) diag.Span {
	first, _, _ := strings.Cut(strings.TrimLeft(n.Value, "\n"), "\n")
	skipped := len(n.Value) - len(strings.TrimLeft(n.Value, "\n"))
	line := n.Line + 1 + skipped
	if line > len(r.lines) || first == "" {
		return nodeSpan(n)
	}
	at := strings.LastIndex(r.lines[line-1], first)
	if at < 0 {
		return nodeSpan(n) // folded, so that a line of the text is several of the document
	}
	start := diag.Pos{Line: n.Line + 1, Column: utf8.RuneCountInString(r.lines[line-1][:at]) + 1}
	if end, ok := r.verbatim(n.Value, start, ""); ok {
		return diag.Span{Start: start, End: end}
	}
	return nodeSpan(n)
}

// verbatim reports whether text stands at start as it is, every line at the same column, followed by the closing quote if there
// is one, and returns its end.
func (r *yamlReader) verbatim(text string, start diag.Pos, quote string) (end diag.Pos, ok bool) {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		last := i == len(lines)-1
		end = diag.Pos{Line: start.Line + i, Column: start.Column + utf8.RuneCountInString(l)}
		if l == "" && (quote == "" || !last) {
			continue // blank lines may be shorter than the indent
		}
		if end.Line > len(r.lines) {
			return diag.Pos{}, false
		}
		rest, found := strings.CutPrefix(r.from(diag.Pos{Line: end.Line, Column: start.Column}), l)
		if !found || !last && strings.TrimSpace(rest) != "" || last && !strings.HasPrefix(rest, quote) {
			return diag.Pos{}, false
		}
	}
	if quote == `"` && strings.Contains(text, `\`) || quote == "'" && strings.Contains(text, "'") {
		return diag.Pos{}, false
	}
	return end, true
}

// from returns what of a line stands from a place on.
func (r *yamlReader) from(p diag.Pos) string {
	line := r.lines[p.Line-1]
	if r.column.line != p.Line {
		r.column.line, r.column.offsets = p.Line, r.column.offsets[:0]
		for i := range line {
			r.column.offsets = append(r.column.offsets, int32(i))
		}
	}
	if p.Column > len(r.column.offsets) {
		return ""
	}
	return line[r.column.offsets[p.Column-1]:]
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
