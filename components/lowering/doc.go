// Package lowering is what the transforms' lowering to plan operators has in common: the notation of a list of columns, the schema
// a list of columns yields, and the checks that more than one component makes.
//
// An item of a list of columns is {name, expr}, or a plain text that stands for its name:
//
//	columns:
//	  - user_id                              # a column of the input, whatever characters its name has
//	  - ms_played / 1000.0 AS seconds        # an expression with its name
//	  - {name: seconds, expr: "ms_played / 1000.0"}
package lowering
