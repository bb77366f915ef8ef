package sqltext

import "millrace/models/diag"

// The diagnostics of reading SQL text.
const (
	// CodeSyntax is text that does not follow the grammar.
	CodeSyntax diag.Code = "sql.syntax"
	// CodeUnclosedString is a string constant without its closing quote.
	CodeUnclosedString diag.Code = "sql.unclosed_string"
	// CodeUnclosedName is a back-quoted name without its closing quote.
	CodeUnclosedName diag.Code = "sql.unclosed_name"
	// CodeUnclosedComment is a block comment without its end.
	CodeUnclosedComment diag.Code = "sql.unclosed_comment"
	// CodeUnbalanced is a bracket that nothing opens or closes.
	CodeUnbalanced diag.Code = "sql.unbalanced"
	// CodeUnknownCharacter is a character that means nothing in SQL.
	CodeUnknownCharacter diag.Code = "sql.unknown_character"
	// CodeUnknownOperator is an operator of another language.
	CodeUnknownOperator diag.Code = "sql.unknown_operator"
	// CodeDoubleQuoted is text in double quotes, which is neither a string nor a name here.
	CodeDoubleQuoted diag.Code = "sql.double_quoted"
	// CodeReservedWord is a reserved word where a name belongs.
	CodeReservedWord diag.Code = "sql.reserved_word"
	// CodeEmptyName is a pair of back quotes with nothing between.
	CodeEmptyName diag.Code = "sql.empty_name"
	// CodeMalformedNumber is a number with letters behind it.
	CodeMalformedNumber diag.Code = "sql.malformed_number"
	// CodeMalformedConstant is a bytes, typed or interval constant whose text is not one.
	CodeMalformedConstant diag.Code = "sql.malformed_constant"
	// CodeUnknownUnit is a unit of time that does not exist, or not in that place.
	CodeUnknownUnit diag.Code = "sql.unknown_unit"
	// CodeBadArguments is a form of arguments that the function does not have, such as FROM outside EXTRACT.
	CodeBadArguments diag.Code = "sql.bad_arguments"
	// CodeBadType is a combination of words that names no type.
	CodeBadType diag.Code = "sql.bad_type"
	// CodeUnsupported is a statement or a clause of SQL that Millrace knows and does not have.
	CodeUnsupported diag.Code = "sql.unsupported"
	// CodeDuplicate is a part of a statement that is written twice.
	CodeDuplicate diag.Code = "sql.duplicate"
	// CodeInvalidUTF8 is text that is not UTF-8.
	CodeInvalidUTF8 diag.Code = "sql.invalid_utf8"
	// CodeTooLong is text longer than MaxBytes.
	CodeTooLong diag.Code = "sql.too_long"
	// CodeTooDeep is text nested deeper than MaxDepth, or with more operators in one row than MaxChain.
	CodeTooDeep diag.Code = "sql.too_deep"
)

// The bounds of one text. An expression's tree is never deeper than MaxDepth + MaxChain nodes, whatever the text.
const (
	// MaxBytes is the length of the longest text that is read.
	MaxBytes = 1 << 20
	// MaxDepth is the deepest nesting of brackets, CASE, NOT and signs.
	MaxDepth = 200
	// MaxChain is the largest number of operators in one row without brackets, as in a OR b OR c.
	MaxChain = 5000
)

// maxReports is how many diagnostics one text gets: more help nobody.
const maxReports = 20
