package changelog

import (
	"slices"
	"strings"

	"millrace/models/diag"
	"millrace/models/plan"
)

// The diagnostics of sinks that keep one row a key.
const (
	// CodeNoKey is a changelog whose rows have no key to be kept under.
	CodeNoKey diag.Code = "changelog.no_key"
	// CodeKey is a key that rows cannot be kept under: several would share a place, or leave one behind.
	CodeKey diag.Code = "changelog.key"
	// CodeNotUnique is a key that has several rows at the end of an epoch, against what the stream declared.
	CodeNotUnique diag.Code = "changelog.key_not_unique"
)

// Problem says why a changelog cannot be kept under a key, and what to do.
type Problem struct {
	Code    diag.Code
	Message string
	Fix     string
}

// KeyOf returns the columns that tell the rows of a stream apart, nil when none do; identity is what plan.Identity says of them.
func KeyOf(mode plan.Mode, identity []string) []string {
	if mode.Change == plan.Upsert {
		return mode.Key
	}
	return identity
}

// CheckKey says why rows with an identity (see KeyOf) cannot be kept under a key, nil when they can. param is the parameter that names the key, for the advice; empty
// where the target itself has it.
//
// An upsert replaces by its own key and its deletes carry nothing else, so the target's has to be the same. A retract stream takes back
// whole rows: there the target's key may have more columns than tell its rows apart, but not fewer.
func CheckKey(mode plan.Mode, identity, key []string, param string) *Problem {
	if mode.Change == plan.Append {
		return nil
	}
	own := KeyOf(mode, identity)
	if len(own) == 0 {
		return &Problem{CodeNoKey, "the rows change, but no columns tell them apart: several may share one key",
			"Lead them through an aggregate, or through a rank that keeps the first row of each key, and pass its key columns on."}
	}
	fix := "Make it the sorting key " + list(own) + ", or lead the rows to another table."
	if param != "" {
		fix = "Write " + param + ": [" + list(own) + "]."
	}
	for _, c := range own {
		if slices.Contains(key, c) {
			continue
		}
		if len(key) == 0 {
			return &Problem{CodeKey, "the rows are told apart by " + list(own) + ", and no key is given to keep them under", fix}
		}
		return &Problem{CodeKey, "the rows are told apart by " + list(own) + ": under " + list(key) + ", without " + c + ", several would share one place", fix}
	}
	if mode.Change != plan.Upsert {
		return nil
	}
	for _, c := range key {
		if !slices.Contains(own, c) {
			return &Problem{CodeKey, "the rows are replaced by " + list(own) + ": a change of " + c + ", which the key " + list(key) +
				" has too, would leave the old row behind", fix}
		}
	}
	return nil
}

func list(names []string) string { return strings.Join(names, ", ") }
