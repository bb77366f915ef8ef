package catalog

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"millrace/models/diag"
)

const (
	// maxName bounds a table's name in bytes, maxPart one of its parts in code points.
	maxName = 255
	maxPart = 80
)

var (
	// namePart is what the parts of tables' names look like: letters of any script, digits, underscores and hyphens.
	namePart = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*$`)
	// connectionName is what connections are called.
	connectionName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{M}\p{N}_-]{0,62}$`)
	// word is what a domain or a tag looks like.
	word = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.:/-]{0,62}$`)
)

// checkTableName says what is wrong with the name of a table, "" when nothing is.
func checkTableName(name string) string {
	parts := strings.Split(name, ".")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return fmt.Sprintf("a table's name has the form catalog.db.table, and %q has not", name)
	}
	if !utf8.ValidString(name) || len(name) > maxName {
		return fmt.Sprintf("a table's name has at most %d bytes of UTF-8", maxName)
	}
	for _, p := range parts {
		if !namePart.MatchString(p) || utf8.RuneCountInString(p) > maxPart {
			return fmt.Sprintf("%q cannot be part of a table's name: it takes up to %d letters, digits, underscores and hyphens", p, maxPart)
		}
	}
	return ""
}

// CheckTableName says what is wrong with the name of a table; nil when nothing is.
func CheckTableName(name string) error {
	if problem := checkTableName(name); problem != "" {
		return diag.Refuse(diag.ErrInvalid, CodeName, "Write catalog.db.table, as in ods.music.play_events.", "%s", problem)
	}
	return nil
}

// suggest makes a part of a table's name out of a text of another system.
func suggest(text, otherwise string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case namePart.MatchString(string(r)) && r != '-':
			return r
		}
		return '_'
	}, text)
	out = strings.Trim(out, "_")
	if runes := []rune(out); len(runes) > maxPart {
		out = string(runes[:maxPart])
	}
	if !namePart.MatchString(out) {
		return otherwise
	}
	return out
}
