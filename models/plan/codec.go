package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"millrace/models/schema"
)

// codecVersion is the version of the stored form. Stored plans outlive binaries: a change of the form takes a new version, and the
// old one stays readable.
const codecVersion = 1

// planJSON is the stored form: the nodes once each, inputs before their consumers, which name them by index. So a node that is used
// twice is one node again after reading, and a cycle cannot be written down.
type planJSON struct {
	Version  int        `json:"version"`
	Model    string     `json:"model"`
	TimeZone string     `json:"time_zone"`
	Nodes    []nodeJSON `json:"nodes"`
	Sinks    []int      `json:"sinks"`
}

type nodeJSON struct {
	ID     string          `json:"id"`
	Op     string          `json:"op"`
	Body   json.RawMessage `json:"body"`
	Inputs []int           `json:"inputs,omitempty"`
	Schema *schema.Schema  `json:"schema"`
	Mode   Mode            `json:"mode"`
}

// Marshal writes a valid plan as JSON. Equal plans give equal bytes.
func Marshal(p *Plan) ([]byte, error) {
	if err := Validate(p); err != nil {
		return nil, fmt.Errorf("writing plan: %w", err)
	}
	out := planJSON{Version: codecVersion, Model: p.Model, TimeZone: p.TimeZone}
	index := map[*Node]int{}
	var failed error
	p.Walk(func(n *Node) {
		index[n] = len(out.Nodes)
		body, err := marshalOp(n.Op)
		if err != nil && failed == nil {
			failed = fmt.Errorf("writing plan: node %s: %w", n.ID, err)
		}
		j := nodeJSON{ID: n.ID, Op: n.Op.Name(), Body: body, Schema: n.Schema, Mode: n.Mode}
		for _, in := range n.Inputs {
			j.Inputs = append(j.Inputs, index[in])
		}
		out.Nodes = append(out.Nodes, j)
	})
	if failed != nil {
		return nil, failed
	}
	for _, s := range p.Sinks {
		out.Sinks = append(out.Sinks, index[s])
	}
	b, err := marshalJSON(out)
	if err != nil {
		return nil, fmt.Errorf("writing plan: %w", err)
	}
	return b, nil
}

// marshalJSON is json.Marshal without escapes for HTML.
func marshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Unmarshal reads what Marshal wrote and validates it: a plan that comes back can be run.
func Unmarshal(text []byte) (*Plan, error) {
	p, err := unmarshal(text)
	if err != nil {
		return nil, fmt.Errorf("reading plan: %w", err)
	}
	if err := Validate(p); err != nil {
		return nil, fmt.Errorf("reading plan: %w", err)
	}
	return p, nil
}

func unmarshal(text []byte) (*Plan, error) {
	// The version is read first and leniently, so that a plan of a newer form is refused for that and not for its details.
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	if head.Version != codecVersion {
		return nil, fmt.Errorf("the plan has version %d; this program reads version %d", head.Version, codecVersion)
	}
	var in planJSON
	if err := strict(text, &in); err != nil {
		return nil, err
	}
	nodes := make([]*Node, len(in.Nodes))
	used := make([]bool, len(in.Nodes))
	for i, j := range in.Nodes {
		n := &Node{ID: j.ID, Schema: j.Schema, Mode: j.Mode}
		var err error
		if n.Op, err = unmarshalOp(j.Op, j.Body); err != nil {
			return nil, fmt.Errorf("node %d (%s): %w", i, j.ID, err)
		}
		for _, k := range j.Inputs {
			if k < 0 || k >= i {
				return nil, fmt.Errorf("node %d (%s) has the input %d, which does not stand in front of it", i, j.ID, k)
			}
			n.Inputs = append(n.Inputs, nodes[k])
			used[k] = true
		}
		nodes[i] = n
	}
	p := &Plan{Model: in.Model, TimeZone: in.TimeZone}
	for _, k := range in.Sinks {
		if k < 0 || k >= len(nodes) || used[k] {
			return nil, fmt.Errorf("the sink %d is no node, is an input, or is named twice", k)
		}
		p.Sinks = append(p.Sinks, nodes[k])
		used[k] = true
	}
	for i := range used {
		if !used[i] {
			return nil, fmt.Errorf("node %d (%s) leads to no sink", i, nodes[i].ID)
		}
	}
	return p, nil
}

// strict decodes one JSON value without unknown keys and with nothing behind it.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the value")
	}
	return nil
}
