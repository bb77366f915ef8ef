// Package house tests what holds for the repository as a whole rather than for one package: the direction of imports, the
// purity of models, package variables that never change, and the compose file. It has no code but its tests, needs no
// server, and runs with -short.
package house
