// Package writer measures what the ClickHouse sink costs beside a bare loop over the driver's columns: the same rows in blocks of
// the same size under tokens of their own, over the same protocol with the same compression, into tables made by the same statement.
//
// Rows are made once and sent again and again. The sink is handed them as the engine hands them to it, batches of 4096 rows; the bare
// loop has them as the slices that the driver takes, so it converts nothing. It is the least that a program can do that writes
// columns with the driver.
package writer
