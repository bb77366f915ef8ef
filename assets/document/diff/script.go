package diff

import "millrace/models/sqltext"

// scripts compares two scripts by their statements' canonical texts, in which blanks, comments and the case of keywords are gone.
func (d *Diff) scripts(a, b *sqltext.Script) {
	texts := func(s *sqltext.Script) []string {
		out := make([]string, len(s.Statements))
		for i, st := range s.Statements {
			out[i] = sqltext.FormatStatement(st)
		}
		return out
	}
	removed, added := sequence(texts(a), texts(b))
	for _, t := range removed {
		d.Statements = append(d.Statements, Statement{Removed, t})
	}
	for _, t := range added {
		d.Statements = append(d.Statements, Statement{Added, t})
	}
}
