// Package all is the one list of the components Millrace is made of. Adding a component adds a line here and a folder beside it.
package all
