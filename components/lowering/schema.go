package lowering

import (
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// CodeOperator is an operator that does not fit its inputs, where no check of the component's own has told of it.
const CodeOperator diag.Code = "plan.operator"

// Schema is the shape of the rows that cols computes from rows of in: plan.SchemaOf of a Project whose columns were checked over in.
func Schema(in *schema.Schema, cols []plan.Column) *schema.Schema {
	return plan.ProjectSchema(in, cols)
}

// Make makes the node of an operator whose schema follows from its inputs; its mode is inferred as every node's is. What does not fit is
// reported at the model's node.
func Make(pc *component.Planning, p component.Params, slot string, op plan.Op, inputs ...*plan.Node) (*plan.Node, bool) {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	if err != nil {
		Report(pc, CodeOperator, p.Span(""), "", "%s", err).Fix = "Rename or leave out columns in front of the node, in a compute node."
		return nil, false
	}
	return pc.MakeNode(slot, op, s, plan.Mode{}, inputs...), true
}
