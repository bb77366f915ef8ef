// Package cli is the command line: arguments in, text and an exit code out. What the commands do stands in server/app.
//
// # Exit codes
//
//	0    done; a run that was asked to end has drained
//	1    failed while running
//	2    wrong usage: an unknown flag, a missing argument
//	3    diagnostics: a model, the catalog or the configuration is wrong
//	4    environment: a part is missing, the data folder is in use, an address is taken
//	5    done, but rows were rejected, under --strict
//	130  a second SIGINT or SIGTERM while draining
//
// # Streams
//
// Standard output carries what was asked for, and with --json nothing but JSON. Progress, logs and diagnostics of a run go to standard
// error; diagnostics that are the answer (model lint) go to standard output.
package cli
