package plan

// Identity returns columns of a node that tell its rows apart: at any time no two rows have the same values in all of them. It is the key
// where the schema has one, but here NULL is a value like any other, as it is in GROUP BY and PARTITION BY: so groups by columns that may be
// NULL have an identity and no key. Nil says that none is known.
func Identity(n *Node) []string {
	if len(n.Schema.Key) > 0 {
		return n.Schema.Key
	}
	switch op := n.Op.(type) {
	case *Sink, *Filter, *Normalize:
		return Identity(n.Inputs[0])
	case *Project:
		return renamed(Identity(n.Inputs[0]), keptNames(n.Inputs[0].Schema, op.Columns))
	case *Aggregate:
		var keys []string
		for _, k := range op.Keys {
			keys = append(keys, k.Name)
		}
		return keys
	case *Rank:
		partition := make([]string, len(op.Partition), len(op.Partition)+1)
		for k, i := range op.Partition {
			partition[k] = n.Schema.Fields[i].Name
		}
		switch {
		case op.From == op.To && len(partition) > 0:
			return partition // one row of each is kept
		case op.Number != "":
			return append(partition, op.Number)
		}
		return Identity(n.Inputs[0])
	}
	return nil
}
