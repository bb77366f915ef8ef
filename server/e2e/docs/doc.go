// Package docs holds the documentation to the code: models and catalogs in the pages compile, expressions give what the pages say, tables
// that repeat the code are equal to it, and links lead somewhere. It has no code but its tests, needs no server, and runs with -short.
package docs
