// Package plan is the typed logical algebra every model compiles to. Lineage, permission checks, fingerprints, Explain and every
// engine start from it. The set of operators is closed: a component lowers to these and to nothing else, so that every engine
// can run every model or say why not.
package plan
