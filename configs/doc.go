// Package configs holds the settings of the millrace process: where its data lies, what it listens on, which parts run
// inside it, and the engine's defaults. It knows nothing of what the settings mean to the parts that receive them.
//
// A setting's value comes from, in rising order: Default, the YAML file, the environment. The variable of a setting is its
// path in capitals behind MILLRACE_: engine.batch_rows is MILLRACE_ENGINE_BATCH_ROWS. The file is read strictly: a key that
// is not a setting is an error with its line. Everything that is wrong is reported at once.
//
// millrace.example.yaml names every setting with its default; a test keeps it so.
package configs
