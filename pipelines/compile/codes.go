package compile

import "millrace/models/diag"

// The diagnostics of compiling a model.
const (
	// CodeUnknownComponent is a component the registry does not have.
	CodeUnknownComponent diag.Code = "plan.unknown_component"
	// CodeNotANode is a format or connection where a source, transform or sink belongs.
	CodeNotANode diag.Code = "plan.not_a_node"
	// CodeTooFewInputs and CodeTooManyInputs are nodes with the wrong number of edges leading in.
	CodeTooFewInputs  diag.Code = "plan.too_few_inputs"
	CodeTooManyInputs diag.Code = "plan.too_many_inputs"
	// CodeUnknownNode is a node asked for that the model does not have.
	CodeUnknownNode diag.Code = "plan.unknown_node"
	// CodeUnknownPort is an edge into a named input of a component that has none of that name.
	CodeUnknownPort diag.Code = "plan.unknown_port"
	// CodeSinkOutput is an edge that leads out of a sink.
	CodeSinkOutput diag.Code = "plan.sink_output"
	// CodeBypass is a node that cannot be bypassed: a source, a sink, or one with several inputs.
	CodeBypass diag.Code = "plan.bypass"
	// CodeDeadEnd warns of a source or transform whose rows no one takes.
	CodeDeadEnd diag.Code = "plan.dead_end"
	// CodeManyOutputs is a model without a sink that has several outputs, so that its name stands for none of them.
	CodeManyOutputs diag.Code = "plan.many_outputs"
	// CodeChangeMode is a sink that cannot take the changes its input holds.
	CodeChangeMode diag.Code = "plan.change_mode"
	// CodeParameter is a parameter of the model without a value, or with one that does not fit its type.
	CodeParameter diag.Code = "plan.parameter"
	// CodeDenied is something the principal may not read, write or reach.
	CodeDenied diag.Code = "grants.denied"
	// CodeMalformed is a document that model.Parse would not have let through.
	CodeMalformed diag.Code = "plan.malformed_document"
	// CodeInternal is a component that failed without saying why.
	CodeInternal diag.Code = "plan.internal"
)
