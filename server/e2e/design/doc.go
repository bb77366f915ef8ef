// Package design proves what the designer of ClickHouse tables promises: the rows of models land cell for cell right through its first
// proposal, also when the program and ClickHouse are killed, and each classic mistake is really one, and is stopped. Answers are written by
// hand or computed beside the models, never by them. It has no code but its tests.
package design
