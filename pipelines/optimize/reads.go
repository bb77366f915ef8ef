package optimize

import "millrace/models/plan"

// Reads returns, for each input of a node, the names of the columns that its operator computes with: those of conditions, keys, aggregates and
// event times, and those a projection is made of. Handing a column on is not reading it; a sink reads all.
func Reads(n *plan.Node) [][]string {
	d := demand{n: make([]bool, len(n.Schema.Fields))}
	if _, is := n.Op.(*plan.Project); is {
		d.all(n)
	}
	for _, in := range n.Inputs {
		d[in] = make([]bool, len(in.Schema.Fields))
	}
	d.pass(n)
	out := make([][]string, len(n.Inputs))
	for i, in := range n.Inputs {
		out[i] = []string{}
		for k, read := range d[in] {
			if read {
				out[i] = append(out[i], in.Schema.Fields[k].Name)
			}
		}
	}
	return out
}
