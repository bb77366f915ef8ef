// Package conformance tests what must hold for every component of a registry, whoever wrote it: a test of the package that lists all
// components calls Run. Compiling and running the examples needs the compiler and the engine, and is tested where those are.
package conformance
