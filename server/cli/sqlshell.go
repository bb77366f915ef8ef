package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/peterh/liner"

	"millrace/models/expr"
	"millrace/models/sqltext"
)

const (
	prompt     = "millrace> "
	promptMore = "       -> "
	shellHelp  = `Statements end with a semicolon. Tab completes tables, columns, functions and words.

  SELECT ...;                     what is there; \live to read on and see changes as they come (Ctrl-C ends)
  CREATE TABLE | VIEW ...;        for this session
  INSERT INTO t SELECT ...;       runs a pipeline
  EXPLAIN | DESCRIBE | SHOW TABLES | SHOW FUNCTIONS | SET 'key' = 'value';

  \live   switch between bounded and live        \json   switch between a grid and JSON
  \help   this text                              \quit   leave (also quit, exit, Ctrl-D)
`
)

// interact is the shell.
func (s *sqlShell) interact(ctx context.Context) error {
	s.interactive = true
	line := liner.NewLiner()
	defer line.Close()
	line.SetCtrlCAborts(true)
	line.SetMultiLineMode(true)
	line.SetTabCompletionStyle(liner.TabPrints)
	var pending string
	line.SetWordCompleter(func(text string, pos int) (string, []string, string) { return s.complete(pending, text, pos) })
	history := historyFile()
	if f, err := os.Open(history); err == nil {
		_, _ = line.ReadHistory(f) // a history that cannot be read is none
		_ = f.Close()
	}
	defer saveHistory(line, history)
	fmt.Fprintln(s.streams.Out, `Millrace SQL. \help for help.`)
	for ctx.Err() == nil {
		ask := prompt
		if pending != "" {
			ask = promptMore
		}
		text, err := line.Prompt(ask)
		switch {
		case errors.Is(err, liner.ErrPromptAborted):
			pending = ""
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(s.streams.Out)
			return nil
		case err != nil:
			return fmt.Errorf("reading from the terminal: %w", err)
		}
		if pending == "" && s.word(text) {
			if s.leave(text) {
				return nil
			}
			continue
		}
		pending += text + "\n"
		if strings.TrimSpace(pending) == "" {
			pending = ""
			continue
		}
		if !ended(pending) {
			continue
		}
		line.AppendHistory(strings.Join(strings.Fields(pending), " "))
		s.interruptible(ctx, pending)
		pending = ""
	}
	return nil
}

// interruptible runs statements that Ctrl-C ends without ending the shell.
func (s *sqlShell) interruptible(ctx context.Context, text string) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	if err := s.run(ctx, "<shell>", text); err != nil {
		s.report(err)
	}
}

// word reports whether a line is one of the shell's own words.
func (s *sqlShell) word(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, `\`) || s.leave(line) || strings.EqualFold(strings.TrimSuffix(line, ";"), "help")
}

// leave carries one of the shell's own words out; it reports whether it was the last.
func (s *sqlShell) leave(line string) bool {
	switch word := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(line), ";")); word {
	case `\q`, `\quit`, "quit", "exit":
		return true
	case `\help`, `\h`, `\?`, "help":
		fmt.Fprint(s.streams.Out, shellHelp)
	case `\live`:
		s.flags.live = !s.flags.live
		fmt.Fprintln(s.streams.Out, map[bool]string{true: "queries read on: Ctrl-C ends them", false: "queries read what is there"}[s.flags.live])
	case `\json`:
		s.flags.json = !s.flags.json
		fmt.Fprintln(s.streams.Out, map[bool]string{true: "one JSON object a line", false: "a grid"}[s.flags.json])
	default:
		if strings.HasPrefix(word, `\`) {
			fmt.Fprintf(s.streams.Out, "there is no %s: \\help shows what there is\n", word)
		}
	}
	return false
}

// ended reports whether a text ends with the semicolon of a statement: outside of quotes, comments and statement sets.
func ended(text string) bool {
	var quote rune
	last, open, word := ' ', false, ""
	rs := []rune(text)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
			continue
		case r == '\'' || r == '`' || r == '"':
			quote = r
		case r == '-' && i+1 < len(rs) && rs[i+1] == '-':
			for i < len(rs) && rs[i] != '\n' {
				i++
			}
			continue
		case r == '/' && i+1 < len(rs) && rs[i+1] == '*':
			end := strings.Index(string(rs[i:]), "*/")
			if end < 0 {
				return false
			}
			i += len([]rune(string(rs[i:])[:end])) + 1
			continue
		}
		if unicode.IsLetter(r) {
			word += string(r)
			last = r
			continue
		}
		switch strings.ToUpper(word) {
		case "BEGIN":
			open = true
		case "END":
			// An END of CASE closes nothing: a statement set's stands behind a semicolon.
			open = open && !strings.HasSuffix(strings.TrimSpace(string(rs[:i-len([]rune(word))])), ";")
		}
		word = ""
		if !unicode.IsSpace(r) {
			last = r
		}
	}
	return quote == 0 && last == ';' && !open
}

// complete offers the words that go on at the cursor.
func (s *sqlShell) complete(before, line string, pos int) (head string, words []string, tail string) {
	rs := []rune(line)
	pos = min(pos, len(rs))
	from := pos
	for from > 0 && (unicode.IsLetter(rs[from-1]) || unicode.IsDigit(rs[from-1]) || strings.ContainsRune("_.`", rs[from-1])) {
		from--
	}
	part := string(rs[from:pos])
	text := before + line
	var all []string
	for _, t := range s.names("SHOW TABLES") {
		all = append(all, t)
		if strings.Contains(text, t) {
			all = append(all, s.names("DESCRIBE "+t)...)
		}
	}
	all = append(all, s.names("SHOW VIEWS")...)
	for _, f := range expr.Functions() {
		all = append(all, f.Name+"(")
	}
	all = append(all, sqltext.ReservedWords()...)
	for _, w := range all {
		if part != "" && len(w) > len(part) && strings.EqualFold(w[:len(part)], part) {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return string(rs[:from]), slices.Compact(words), string(rs[pos:])
}

// names is the first column of what a statement lists.
func (s *sqlShell) names(statement string) []string {
	outcomes, _ := s.session.Exec("", statement)
	var out []string
	for _, o := range outcomes {
		for _, r := range o.Rows {
			out = append(out, r[0])
		}
	}
	return out
}

// historyFile is where the shell's history lies; empty when there is no place for it.
func historyFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "millrace", "sql_history")
}

// saveHistory keeps the history for the user alone: statements may hold what others should not see. Without it the shell works all the same.
func saveHistory(line *liner.State, path string) {
	if path == "" || os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = line.WriteHistory(f)
	_ = f.Close()
}
