// Package version says which Millrace this is. Its variables are set by the linker (see the Makefile) and by nothing else;
// a binary built by plain go build falls back to what the Go toolchain recorded in it.
package version
