package grants

import (
	"fmt"
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/plan"
)

// Need is something that a pipeline does with a table for as long as it runs.
type Need struct {
	Action Action `json:"action"`
	Object Object `json:"object"`
	// Name is the table's full name, for messages.
	Name string `json:"name"`
}

// Needs lists what a plan needs: to read the tables it reads and to write those it writes, by name or by the place where they lie. Names that
// the hub no longer knows are left out: there is nothing left to be denied.
func Needs(p *plan.Plan, hub Hub, catalog component.Catalog, registry *component.Registry) ([]Need, error) {
	var out []Need
	add := func(a Action, names ...string) {
		for _, name := range names {
			if o, ok := hub.Resolve(name); ok {
				out = append(out, Need{Action: a, Object: o, Name: name})
			}
		}
	}
	var failed error
	p.Walk(func(n *plan.Node) {
		var place component.Place
		var ok bool
		var err error
		switch op := n.Op.(type) {
		case *plan.Scan:
			if op.Table != "" {
				add(Read, op.Table)
				return
			}
			if place, ok, err = registry.ScanPlace(catalog, op); ok && err == nil {
				add(Read, hub.At(place)...)
			}
		case *plan.Sink:
			if op.Table != "" {
				add(Write, op.Table)
			}
			if place, ok, err = registry.PlanSinkPlace(catalog, op); ok && err == nil {
				add(Write, hub.At(place)...)
			}
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("finding what %s reaches: %w", n.ID, err)
		}
	})
	slices.SortFunc(out, func(a, b Need) int {
		return strings.Compare(a.Name+"\x00"+string(a.Action), b.Name+"\x00"+string(b.Action))
	})
	return slices.Compact(out), failed
}
