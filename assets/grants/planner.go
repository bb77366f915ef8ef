package grants

import (
	"fmt"

	"millrace/components/component"
	"millrace/pipelines/compile"
)

// Hub is what the planner asks of the metadata hub. A snapshot of it serves: within one compilation everything is of one version.
type Hub interface {
	// Resolve returns the object of a full name.
	Resolve(name string) (Object, bool)
	// At lists the names of the tables whose binding reads or writes a place.
	At(p component.Place) []string
	// Owner returns the team that a table belongs to, by its full name: the id and what people call it; "" where it is nobody's.
	Owner(name string) (team, label string)
}

// Planner is the policy that the planner asks, for one principal.
type Planner struct {
	Principal Principal
	// May decides; Service.May is one.
	May func(p Principal, a Action, o Object) bool
	Hub Hub
	// Connections decides about the use of a connection, whatever lies behind it, and of what a component reaches without one: who may edit
	// for the team that it belongs to. nil denies.
	Connections func(p Principal, u compile.Use) compile.Access
}

var (
	_ compile.Policy  = Planner{}
	_ compile.Definer = Planner{}
)

// Discover reports whether the principal may know of a table.
func (p Planner) Discover(table string) bool { return p.may(Discover, table) }

// Read decides about reading a table.
func (p Planner) Read(table string) compile.Access { return p.decide(Read, table) }

// Write decides about writing a table.
func (p Planner) Write(table string) compile.Access { return p.decide(Write, table) }

func (p Planner) may(a Action, table string) bool {
	o, ok := p.Hub.Resolve(table)
	return ok && p.May(p.Principal, a, o)
}

func (p Planner) decide(a Action, table string) compile.Access {
	if p.may(a, table) {
		return compile.Access{}
	}
	if !p.may(Discover, table) {
		// The name alone is known, to who wrote it.
		return compile.Access{Denied: "the name is not yours to use", Fix: "Choose another name."}
	}
	_, owner := p.Hub.Owner(table)
	who := "an administrator"
	if owner != "" {
		who = fmt.Sprintf("the team %s, which owns it, or an administrator", owner)
	}
	return compile.Access{
		Denied: fmt.Sprintf("%s lacks %s on it", p.label(), a),
		Fix:    fmt.Sprintf("Request %s on %s; it is granted by %s.", a, table, who),
	}
}

// Connect decides about a connection, and about a place that is reached past the catalog: that takes the connection, and the right to each
// table that lies at the place. Tables that the principal may not know of are not named.
func (p Planner) Connect(u compile.Use) compile.Access {
	if p.Connections == nil {
		return compile.Access{Denied: "connections are not used here", Fix: "Name a table of the catalog."}
	}
	if access := p.Connections(p.Principal, u); access.Denied != "" || u.Absolute == "" {
		return access
	}
	action := Read
	if u.Writes {
		action = Write
	}
	for _, table := range p.Hub.At(u.Place) {
		if p.may(action, table) {
			continue
		}
		if !p.may(Discover, table) {
			return compile.Access{Denied: "what lies there belongs to others", Fix: "Ask an administrator."}
		}
		access := p.decide(action, table)
		access.Denied = "the table " + table + " lies there, and " + p.label() + " lacks " + string(action) + " on it"
		return access
	}
	return compile.Access{}
}

// Inside is the policy within a table that is a model: its owner's.
func (p Planner) Inside(table string) compile.Policy {
	team, label := p.Hub.Owner(table)
	if team == "" {
		p.Principal = Principal{} // nobody's rights are none
	} else {
		p.Principal = Team(team, label)
	}
	return p
}

// label is what messages call the principal.
func (p Planner) label() string {
	kind, id := p.Principal.Subject.Kind()
	name := p.Principal.Name
	if name == "" {
		name = id
	}
	switch kind {
	case "team":
		return "the team " + name
	case "":
		return "nobody"
	}
	return name
}
