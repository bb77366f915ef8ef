package grants

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"millrace/models/diag"
)

// Scope is what a policy is about: "*", "catalog:<catalog>", "db:<catalog>.<db>" or "table:<id>".
type Scope string

// Everything is the scope above all catalogs.
const Everything Scope = "*"

// CatalogScope is the scope of a catalog, by its name.
func CatalogScope(catalog string) Scope { return Scope(catalogPrefix + catalog) }

// DBScope is the scope of a database, by its name.
func DBScope(catalog, db string) Scope { return Scope(dbPrefix + catalog + "." + db) }

// TableScope is the scope of a table, by its id.
func TableScope(id string) Scope { return Scope(tablePrefix + id) }

const (
	catalogPrefix = "catalog:"
	dbPrefix      = "db:"
	tablePrefix   = "table:"
	// maxScope is what a store's column of names takes.
	maxScope = 255
	maxID    = 64
)

// Scopes lists the object and what is above it, the widest first.
func (o Object) Scopes() []Scope {
	out := []Scope{Everything}
	if o.Catalog != "" {
		out = append(out, CatalogScope(o.Catalog))
	}
	if o.DB != "" {
		out = append(out, DBScope(o.Catalog, o.DB))
	}
	if o.Table != "" {
		out = append(out, TableScope(o.Table))
	}
	return out
}

// level is how far down a scope stands.
type level uint8

const (
	levelAll level = iota
	levelCatalog
	levelDB
	levelTable
)

// place is a scope taken apart: the catalog, with the database of a database; or the id of a table.
type place struct {
	level   level
	catalog string
	name    string
}

// place takes a scope apart; false where it is none.
func (s Scope) place() (place, bool) {
	text := string(s)
	if len(text) > maxScope {
		return place{}, false
	}
	if s == Everything {
		return place{}, true
	}
	if name, is := strings.CutPrefix(text, catalogPrefix); is {
		return place{levelCatalog, name, ""}, validName(name)
	}
	if name, is := strings.CutPrefix(text, dbPrefix); is {
		catalog, db, two := strings.Cut(name, ".")
		return place{levelDB, catalog, db}, two && validName(catalog) && validName(db)
	}
	if id, is := strings.CutPrefix(text, tablePrefix); is {
		return place{levelTable, "", id}, validID(id)
	}
	return place{}, false
}

// ParseScope reads a scope.
func ParseScope(text string) (Scope, error) {
	s := Scope(text)
	if _, ok := s.place(); !ok {
		return "", diag.Refuse(diag.ErrInvalid, CodeScope, `Write "*", "catalog:<catalog>", "db:<catalog>.<db>" or "table:<id>".`, "%s is no scope", quoted(text))
	}
	return s, nil
}

// ParseSubject reads a subject.
func ParseSubject(text string) (Subject, error) {
	kind, id, _ := strings.Cut(text, ":")
	switch kind {
	case "user", "team", "role":
		if validID(id) {
			return Subject(text), nil
		}
	}
	return "", diag.Refuse(diag.ErrInvalid, CodeSubject, `Write "user:<id>", "team:<id>" or "role:<role>".`, "%s is no subject", quoted(text))
}

// Kind returns "user", "team" or "role", and the id or the role's name.
func (s Subject) Kind() (kind, id string) {
	kind, id, _ = strings.Cut(string(s), ":")
	return kind, id
}

// ParseAction reads an action.
func ParseAction(text string) (Action, error) {
	a := Action(text)
	if a.bit() == 0 {
		return "", diag.Refuse(diag.ErrInvalid, CodeAction, "Write discover, read, write or manage.", "%s is no action", quoted(text))
	}
	return a, nil
}

// Validate says what is wrong with a policy, whoever it comes from.
func (p Policy) Validate() error {
	if _, err := ParseSubject(string(p.Subject)); err != nil {
		return err
	}
	if _, err := ParseAction(string(p.Action)); err != nil {
		return err
	}
	if _, err := ParseScope(string(p.Scope)); err != nil {
		return err
	}
	if p.Effect != Allow && p.Effect != Deny {
		return diag.Refuse(diag.ErrInvalid, CodeEffect, "Write allow or deny.", "%s is no effect", quoted(string(p.Effect)))
	}
	return checkNote(p.Note)
}

// maxNote bounds notes and comments, in code points.
const maxNote = 2000

// validName reports whether a text can be the name of a catalog or a database: of any script, but nothing that ends a name or a line.
func validName(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '.' || r == utf8.RuneError || unicode.IsControl(r)
	})
}

// validID reports whether a text can be an id: letters, digits, hyphens and underscores.
func validID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// quoted is a text that somebody sent, bounded and without what would spoil a line.
func quoted(text string) string {
	const most = 80
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
