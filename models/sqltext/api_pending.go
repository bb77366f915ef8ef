package sqltext

import "millrace/models/diag"

// ParseScript reads statements separated by semicolons; see Script.
func ParseScript(text string) (*Script, diag.List) { panic("pending") }

// ParseQuery reads one query.
func ParseQuery(text string) (*Query, diag.List) { panic("pending") }
