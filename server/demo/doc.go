// Package demo fills an empty installation with a music workspace, through the API like anybody else: a team, tables from ODS over CDM to ADS,
// and four models that carry events of a made-up music service through the embedded broker into the embedded ClickHouse. One of their
// pipelines fails for a reason that its page tells and that can be mended. Everything they write expires.
package demo
