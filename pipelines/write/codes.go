package write

import "millrace/models/diag"

// The diagnostics of writing a plan.
const (
	// CodeNoSink is a plan that writes nowhere: its rows have no name.
	CodeNoSink diag.Code = "write.no_sink"
	// CodeOperator is an operator with a setting for which the text has no words.
	CodeOperator diag.Code = "write.operator"
	// CodeExpression is an expression whose text would be read as another one.
	CodeExpression diag.Code = "write.expression"
	// CodeComponent is a source or sink that this build does not have, or whose parameters it cannot read.
	CodeComponent diag.Code = "write.component"
	// CodeNotKept is a text that is read back as another plan.
	CodeNotKept diag.Code = "write.not_kept"
)
