package lineage

import (
	"slices"
	"strings"

	"millrace/models/diag"
)

// What lineage says about a model.
const (
	// CodeBackwards is a table that is made from one of a later layer.
	CodeBackwards diag.Code = "lineage.backwards"
	// CodeCycle is a table that is made from itself.
	CodeCycle diag.Code = "lineage.cycle"
)

// rank is the place of a layer in the order in which data flows; ok is false for one that has none.
func rank(layer string) (n int, ok bool) {
	switch strings.ToUpper(layer) {
	case "ODS":
		return 0, true
	case "CDM", "DWD", "DIM", "DWS":
		return 1, true
	case "ADS":
		return 2, true
	}
	return 0, false
}

// Lint warns of edges that lead from a layer back to an earlier one, and of tables that are made from themselves. layer gives a table's
// layer, cycle is what Graph.Cycle found.
func Lint(edges []Edge, layer func(Ref) string, cycle []Ref) diag.List {
	var out diag.List
	for _, e := range edges {
		from, to := layer(e.Source), layer(e.Sink)
		a, known := rank(from)
		b, also := rank(to)
		if known && also && a > b {
			out.Warnf(CodeBackwards, diag.Span{}, "%s of the layer %s is made from %s of the layer %s", e.Sink.Name, to, e.Source.Name, from).Fix =
				"Data flows from ODS over CDM to ADS: read a table of an earlier layer, or move one of the two to another layer."
		}
	}
	if len(cycle) > 0 {
		names := make([]string, len(cycle))
		for i, r := range cycle {
			names[i] = r.Name
		}
		out.Warnf(CodeCycle, diag.Span{}, "%s is made from itself: %s", cycle[0].Name, strings.Join(names, " -> ")).Fix =
			"Rows of it may come back to it without an end: write into another table."
	}
	return slices.Clip(out)
}
