// Package chtype knows ClickHouse's types as its system tables write them: it reads them, writes them, and says which types of the language
// a column of one of them holds without changing a value.
package chtype
