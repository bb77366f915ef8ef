package expr

import "millrace/models/diag"

// The diagnostics of checking.
const (
	CodeUnknownColumn    diag.Code = "expr.unknown_column"
	CodeUnknownField     diag.Code = "expr.unknown_field"
	CodeUnknownFunction  diag.Code = "expr.unknown_function"
	CodeUnknownParameter diag.Code = "expr.unknown_parameter"
	CodeUnknownUnit      diag.Code = "expr.unknown_unit"
	CodeUnknownType      diag.Code = "expr.unknown_type"
	CodeTypeClash        diag.Code = "expr.type_clash"
	CodeArgumentCount    diag.Code = "expr.argument_count"
	CodeArgumentRange    diag.Code = "expr.argument_range"
	CodeNotBoolean       diag.Code = "expr.not_boolean"
	CodeLiteralRange     diag.Code = "expr.literal_range"
	CodeInvalidLiteral   diag.Code = "expr.invalid_literal"
	CodeInvalidPattern   diag.Code = "expr.invalid_pattern"
	CodeConstantRequired diag.Code = "expr.constant_required"
	CodeUntypedNull      diag.Code = "expr.untyped_null"
	CodeMisplaced        diag.Code = "expr.misplaced"
	CodeNotReplayable    diag.Code = "expr.not_replayable"
	CodeAggregate        diag.Code = "expr.aggregate_not_allowed"
	CodeNotAggregated    diag.Code = "expr.not_aggregated"
	CodeDistinct         diag.Code = "expr.distinct_not_supported"
	CodeTooDeep          diag.Code = "expr.too_deep"
)
