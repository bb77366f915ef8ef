// Package app puts the product together: the one place where registry, catalog, metadata, embedded parts and engine meet. It keeps no
// state outside of the values it returns.
//
// # What there is
//
//	Workbench   the registry and a catalog: enough to compile, explain and preview; touches no data folder
//	App         a Workbench with a data folder of its own, its lock, the metadata and the embedded parts
//	Pipeline    a compiled model with an engine job under its checkpoint folder
//
// # The data folder
//
//	lock, millrace.db       the store's
//	checkpoints/<pipeline>  state, staged output and rejects of one pipeline, the name escaped
//	broker/, olap/          the embedded parts'
//
// # Embedded parts
//
// The connections "broker" and "olap" stand behind those of the catalog file. What they name is started the first time a running part
// opens the connection, so a model that reads a file and prints rows starts neither. They stop in Close, after every pipeline has.
package app
