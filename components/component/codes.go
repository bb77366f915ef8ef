package component

import "millrace/models/diag"

// The diagnostics of decoding parameters.
const (
	// CodeUnknownParam is a parameter the component does not declare.
	CodeUnknownParam diag.Code = "param.unknown"
	// CodeMissingParam is a required parameter that is absent, null or empty.
	CodeMissingParam diag.Code = "param.missing"
	// CodeWrongKind is a value of another kind than the parameter takes: a number for a list.
	CodeWrongKind diag.Code = "param.wrong_kind"
	// CodeBadValue is a text that cannot be read as the parameter's type.
	CodeBadValue diag.Code = "param.bad_value"
	// CodeOutOfRange is a number, duration, size or length outside the parameter's bounds.
	CodeOutOfRange diag.Code = "param.out_of_range"
	// CodeUnknownOption is a value that is not among those of an enum, or a format that does not exist.
	CodeUnknownOption diag.Code = "param.unknown_option"
	// CodeHiddenParam warns of a parameter that has no effect beside the other values.
	CodeHiddenParam diag.Code = "param.hidden"
	// CodePlainSecret warns of a secret written as it is.
	CodePlainSecret diag.Code = "param.plain_secret"
	// CodeDuplicateColumn is a column declared twice in a schema.
	CodeDuplicateColumn diag.Code = "param.duplicate_column"
	// CodeUnknownColumn is a key or an event time on a column the schema has not.
	CodeUnknownColumn diag.Code = "param.unknown_column"
)
