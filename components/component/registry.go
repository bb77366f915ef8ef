package component

import (
	"fmt"
	"sort"
)

// Registry holds the Specs of all components. It is built once and not changed afterwards.
type Registry struct {
	byKey map[registryKey]*Spec
	all   []*Spec
}

type registryKey struct {
	kind Kind
	name string
}

// NewRegistry returns a registry of the Specs given, or an error when one is malformed or two collide.
func NewRegistry(specs ...Spec) (*Registry, error) {
	r := &Registry{byKey: map[registryKey]*Spec{}}
	for i := range specs {
		s := &specs[i]
		if err := s.validate(); err != nil {
			return nil, fmt.Errorf("registering component %q: %w", s.Name, err)
		}
		key := registryKey{s.Kind, s.Name}
		if r.byKey[key] != nil {
			return nil, fmt.Errorf("registering component %q: there is another %s of this name", s.Name, s.Kind)
		}
		r.byKey[key] = s
		r.all = append(r.all, s)
	}
	sort.Slice(r.all, func(i, j int) bool {
		if r.all[i].Kind != r.all[j].Kind {
			return r.all[i].Kind < r.all[j].Kind
		}
		return r.all[i].Name < r.all[j].Name
	})
	return r, nil
}

// Get returns the component of a kind by name.
func (r *Registry) Get(kind Kind, name string) (*Spec, bool) {
	s, ok := r.byKey[registryKey{kind, name}]
	return s, ok
}

// All returns every component, by kind and name.
func (r *Registry) All() []*Spec { return r.all }

// Names returns the names of the components of the kinds given.
func (r *Registry) Names(kinds ...Kind) []string {
	var out []string
	for _, s := range r.all {
		for _, k := range kinds {
			if s.Kind == k {
				out = append(out, s.Name)
			}
		}
	}
	return out
}
