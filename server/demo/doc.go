// Package demo holds what `millrace serve` shows when it is started without anything: a catalog and three models that carry events of a
// made-up music service through the embedded broker into the embedded ClickHouse. Everything they write expires.
package demo
