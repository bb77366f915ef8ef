package model

import "millrace/models/diag"

// The diagnostics of reading a document.
const (
	// CodeTooLarge is a document longer than MaxBytes.
	CodeTooLarge diag.Code = "model.too_large"
	// CodeInvalidUTF8 is text that is not UTF-8.
	CodeInvalidUTF8 diag.Code = "model.invalid_utf8"
	// CodeControlCharacter is a character that documents do not hold as it is, such as NUL or a line separator.
	CodeControlCharacter diag.Code = "model.control_character"
	// CodeSyntax is text that is not YAML.
	CodeSyntax diag.Code = "model.syntax"
	// CodeEmpty is a document without content.
	CodeEmpty diag.Code = "model.empty"
	// CodeSeveralDocuments is a second YAML document in the file.
	CodeSeveralDocuments diag.Code = "model.several_documents"
	// CodeTooDeep is a value nested deeper than MaxDepth.
	CodeTooDeep diag.Code = "model.too_deep"
	// CodeAlias is an anchor, an alias or a merge key.
	CodeAlias diag.Code = "model.alias"
	// CodeTag is an explicit YAML tag.
	CodeTag diag.Code = "model.tag"
	// CodeKey is a key that is not a short text.
	CodeKey diag.Code = "model.key"
	// CodeDuplicateKey is a key that stands twice in one mapping.
	CodeDuplicateKey diag.Code = "model.duplicate_key"
	// CodeNumber is a number in a notation that readers understand differently: octal, hexadecimal, infinity, underscores.
	CodeNumber diag.Code = "model.number"
	// CodeUnknownKey is a key that has no meaning in its place.
	CodeUnknownKey diag.Code = "model.unknown_key"
	// CodeMissingKey is a required key that is absent or empty.
	CodeMissingKey diag.Code = "model.missing_key"
	// CodeWrongKind is a value of another kind than its place takes.
	CodeWrongKind diag.Code = "model.wrong_kind"
	// CodeFormat is a format version this program does not read.
	CodeFormat diag.Code = "model.format"
	// CodeKind is an unknown kind of model, or one that is not supported.
	CodeKind diag.Code = "model.kind"
	// CodeName is a name that breaks the rules for names.
	CodeName diag.Code = "model.name"
	// CodeTimeZone is a time zone that does not exist.
	CodeTimeZone diag.Code = "model.time_zone"
	// CodeDuplicateNode is a node id, or a parameter's name, that is there twice.
	CodeDuplicateNode diag.Code = "model.duplicate_id"
	// CodeParamType is a parameter's type that does not exist or is not simple.
	CodeParamType diag.Code = "model.param_type"
	// CodeParamDefault is a default that is no value of its parameter's type.
	CodeParamDefault diag.Code = "model.param_default"
	// CodeEdge is an edge that is not written as "a -> b".
	CodeEdge diag.Code = "model.edge"
	// CodeUnknownNode is an edge, a group or a position of a node that does not exist.
	CodeUnknownNode diag.Code = "model.unknown_node"
	// CodeSelfEdge is an edge from a node to itself.
	CodeSelfEdge diag.Code = "model.self_edge"
	// CodeDuplicateEdge is an edge that is there twice.
	CodeDuplicateEdge diag.Code = "model.duplicate_edge"
	// CodeGroup is a group without nodes, with one that another group has, or of a color that does not exist.
	CodeGroup diag.Code = "model.group"
	// CodeTooLong is a title or a note with too many characters.
	CodeTooLong diag.Code = "model.too_long"
	// CodeCycle is a path of edges that comes back to where it began.
	CodeCycle diag.Code = "model.cycle"
	// CodeMore says that further problems were left out.
	CodeMore diag.Code = "model.more"
)

// The bounds of one document.
const (
	// MaxBytes is the length of the longest document that is read.
	MaxBytes = 4 << 20
	// MaxDepth is the deepest nesting of lists and mappings.
	MaxDepth = 64
	// MaxKey and MaxName are the longest key of a mapping and the longest part of a name, in code points.
	MaxKey  = 128
	MaxName = 64
)

// maxReports is how many diagnostics one document gets: more help nobody, and finding near names for all of a hostile document's
// mistakes would take long.
const maxReports = 100
