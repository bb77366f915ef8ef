package lowering

import (
	"millrace/components/component"
	"millrace/models/plan"
)

// FirstInput is the Shape of transforms that put out the columns of their first input, whatever their parameters.
func FirstInput(_ *component.Planning, _ component.Params, inputs []*plan.Node) *plan.Node {
	return inputs[0]
}
