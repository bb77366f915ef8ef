// Package chsql writes the small pieces of ClickHouse SQL that the sink and the dialect share: identifiers, texts and types. Each is
// written in this one place.
package chsql
