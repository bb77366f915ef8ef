package grants

// mask is a set of actions.
type mask uint8

const (
	maskDiscover mask = 1 << iota
	maskRead
	maskWrite
	maskManage
	maskAll = maskDiscover | maskRead | maskWrite | maskManage
)

// Actions lists the actions, from the one that all others imply to the one that implies all others.
func Actions() []Action { return []Action{Discover, Read, Write, Manage} }

// bit is the action itself; 0 for what is none.
func (a Action) bit() mask {
	switch a {
	case Discover:
		return maskDiscover
	case Read:
		return maskRead
	case Write:
		return maskWrite
	case Manage:
		return maskManage
	}
	return 0
}

// allows are the actions that an allow of this one allows.
func (a Action) allows() mask {
	switch a {
	case Discover:
		return maskDiscover
	case Read:
		return maskRead | maskDiscover
	case Write:
		return maskWrite | maskDiscover
	case Manage:
		return maskAll
	}
	return 0
}

// denies are the actions that a deny of this one denies: itself, and those of which it is a part.
func (a Action) denies() mask {
	switch a {
	case Discover:
		return maskAll
	case Read:
		return maskRead | maskManage
	case Write:
		return maskWrite | maskManage
	case Manage:
		return maskManage
	}
	return 0
}

// touches are the actions that a policy has a say on.
func (p *Policy) touches() mask {
	if p.Effect == Deny {
		return p.Action.denies()
	}
	return p.Action.allows()
}

// list names the actions of a set.
func (m mask) list() []Action {
	out := []Action{}
	for _, a := range Actions() {
		if m&a.bit() != 0 {
			out = append(out, a)
		}
	}
	return out
}
