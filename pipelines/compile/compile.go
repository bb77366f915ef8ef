package compile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/components/relational"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/model"
	"millrace/models/plan"
)

// Env is what a model is compiled against.
type Env struct {
	Registry *component.Registry
	Catalog  component.Catalog
	// Policy decides what may be seen, read and written; nil allows everything.
	Policy Policy
	// Params are values for the model's parameters, as texts that CAST to the parameter's type; they go before the defaults.
	Params map[string]string
	// SQL binds the queries of sql nodes; nil has none.
	SQL SQL
	// StandIn, where there is one, may name a scan whose rows stand in the place of a node's own, for looking at what is behind it. It is asked for
	// every node but sinks, with the rows that the node puts out, whose columns and changes are those of the scan; nil leaves them. What is wrong
	// it reports.
	StandIn func(node string, rows *plan.Node, found *diag.List) *plan.Scan
}

// SQL binds SQL text inside a model. It is implemented by pipelines/query, which is built on this package.
type SQL interface {
	// Query plans a query over inputs, which are tables by their names, beside those of the catalog. at and path are where the text stands.
	Query(pc *component.Planning, env Env, params map[string]expr.Param, text string, at diag.Span, path string, inputs map[string]*plan.Node) (*plan.Node, bool)
}

// Text parses and compiles the text of a model document. The diagnostics of both are one list, sorted by place. The plan is nil when there
// is an error among them.
func Text(file string, src []byte, env Env) (*plan.Plan, diag.List) {
	c, diags := text(file, src, env, false)
	if c == nil || diags.HasErrors() {
		return nil, diags
	}
	return c.plan(), diags
}

// text parses and compiles. There is no compiler where the text is no document.
func text(file string, src []byte, env Env, sketches bool) (*compiler, diag.List) {
	doc, diags := model.Parse(file, src)
	if doc == nil {
		return nil, diags
	}
	c := newCompiler(doc, env)
	c.parsed, c.sketches = diags, sketches
	c.run()
	diags = append(diags, named(file, c.finish())...)
	diags.Sort()
	return c, diags
}

// named says which file diagnostics are about.
func named(file string, found diag.List) diag.List {
	for i := range found {
		found[i].File = file
	}
	return found
}

// Compile turns a document that model.Parse accepted into its plan, which is nil when there is an error among the diagnostics. A document
// without a sink is virtual: its plan has no sinks, and CompileNode gives the plan of its output.
func Compile(doc *model.Document, env Env) (*plan.Plan, diag.List) {
	c := newCompiler(doc, env)
	c.run()
	diags := c.finish()
	if diags.HasErrors() {
		return nil, diags
	}
	return c.plan(), diags
}

// Fragment is the part of a model that ends at one node, without a sink.
type Fragment struct {
	Model    string
	TimeZone string
	// Root puts out the rows of the node.
	Root *plan.Node
}

// WithSink returns the plan that leads the fragment's rows to a sink. slot tells sinks of one node apart.
func (f *Fragment) WithSink(slot string, op *plan.Sink) *plan.Plan {
	n := &plan.Node{ID: f.Root.ID + "+" + slot, Op: op, Inputs: []*plan.Node{f.Root}, Schema: f.Root.Schema, Mode: f.Root.Mode}
	return &plan.Plan{Model: f.Model, TimeZone: f.TimeZone, Sinks: []*plan.Node{n}}
}

// CompileNode compiles the part of a document that the node depends on; of a sink, what leads into it. Diagnostics of other nodes are left
// out, so that a model that is being drawn can be looked at where it is already whole. An empty id stands for the output of a virtual
// model. The fragment is nil when there is an error.
//
//nolint:revive // beside Compile, Node would say what is given but not what is done
func CompileNode(doc *model.Document, id string, env Env) (*Fragment, diag.List) {
	c := newCompiler(doc, env)
	c.run()
	return c.fragment(id)
}

// CompileNodes is CompileNode for several nodes at once: what they have in common is the same operators. There are no fragments when there is an
// error in one of them.
//
//nolint:revive // see CompileNode
func CompileNodes(doc *model.Document, ids []string, env Env) ([]*Fragment, diag.List) {
	c := newCompiler(doc, env)
	c.run()
	var out []*Fragment
	var diags diag.List
	for _, id := range ids {
		f, found := c.fragment(id)
		for _, d := range found {
			if !slices.Contains(diags, d) {
				diags.Add(d)
			}
		}
		out = append(out, f)
	}
	diags.Sort()
	if diags.HasErrors() || slices.Contains(out, nil) {
		return nil, diags
	}
	return out, diags
}

// fragment is the part of the model that a node depends on.
func (c *compiler) fragment(id string) (*Fragment, diag.List) {
	target := c.byID[id]
	if id == "" {
		target = c.output()
	}
	if target == nil {
		var diags diag.List
		d := diags.Errorf(CodeUnknownNode, diag.Span{}, "the model has no node %q", id)
		if id == "" {
			d.Message = "the model has sinks, or several outputs: none of its nodes is the output"
		} else if near := diag.Nearest(id, c.ids()); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
		return nil, diags
	}

	needed := map[string]bool{}
	var mark func(n *docNode)
	mark = func(n *docNode) {
		if !needed[n.ID] {
			needed[n.ID] = true
			for _, in := range n.inputs {
				mark(in)
			}
		}
	}
	mark(target)
	var diags diag.List
	for _, d := range c.finish() {
		if d.Code != CodeDeadEnd && d.Code != CodeManyOutputs && (d.Node == "" || needed[d.Node]) {
			diags.Add(d)
		}
	}
	if diags.HasErrors() || target.out == nil {
		return nil, diags
	}
	root := target.out
	if _, is := root.Op.(*plan.Sink); is {
		root = root.Inputs[0]
	}
	return &Fragment{Model: c.doc.Name, TimeZone: c.doc.TimeZone, Root: root}, diags
}

// compiler compiles one document.
type compiler struct {
	doc    *model.Document
	env    Env
	diags  diag.List
	nodes  []*docNode
	byID   map[string]*docNode
	zone   *time.Location
	params map[string]expr.Param
	// joins is the node that joins the entities of a relational model; entities and relations are those, with what was chosen for them.
	joins     *docNode
	entities  []relational.Entity
	relations []relational.Join
	// tables are the rows of the tables its entities stand for.
	tables map[string]*plan.Node
	// sketches is set when the columns of nodes that fail are wanted too.
	sketches bool
	// parsed holds what parsing said, malformed that something of the document was skipped.
	parsed    diag.List
	malformed bool
}

func newCompiler(doc *model.Document, env Env) *compiler {
	c := &compiler{doc: doc, env: env.Seen(), byID: map[string]*docNode{}, zone: time.UTC}
	c.relationalNodes()
	for i := range doc.Nodes {
		c.addNode(&docNode{Node: &doc.Nodes[i]})
	}
	return c
}

// addNode takes a node, unless its id is missing or there already, of which model.Parse has told.
func (c *compiler) addNode(n *docNode) bool {
	if n.ID == "" || c.byID[n.ID] != nil {
		c.malformed = true
		return false
	}
	c.byID[n.ID] = n
	c.nodes = append(c.nodes, n)
	return true
}

func (c *compiler) run() {
	if zone, err := time.LoadLocation(c.doc.TimeZone); err == nil {
		c.zone = zone
	} else {
		c.malformed = true
	}
	c.modelParams()
	c.connect()
	c.resolveComponents()
	c.decode()
	c.decodeJoins()
	c.ports()
	c.arity()
	c.bypasses()
	if !c.edgesUnsure() {
		c.deadEnds()
	}
	for _, n := range c.order() {
		c.lower(n)
	}
}

// edgesUnsure reports whether parsing refused an edge. A node that seems to lack one may have had it there, so that is not told.
func (c *compiler) edgesUnsure() bool {
	return slices.ContainsFunc(c.parsed, func(d diag.Diagnostic) bool {
		return d.Severity == diag.Error && strings.HasPrefix(d.Path, "edges")
	})
}

// finish returns the diagnostics, sorted by place.
func (c *compiler) finish() diag.List {
	if c.malformed && !c.diags.HasErrors() && !c.parsed.HasErrors() {
		c.diags.Errorf(CodeMalformed, diag.Span{}, "the document is not one that model.Parse accepts").Fix =
			"Write it with model.Format and read it with model.Parse to see what is wrong."
	}
	c.diags.Sort()
	return c.diags
}

func (c *compiler) plan() *plan.Plan {
	p := &plan.Plan{Model: c.doc.Name, TimeZone: c.doc.TimeZone}
	for _, n := range c.nodes {
		if n.spec.Kind == component.KindSink {
			p.Sinks = append(p.Sinks, n.out)
		}
	}
	return p
}

// output is the node a virtual model's name stands for, or nil.
func (c *compiler) output() *docNode {
	var out *docNode
	for _, n := range c.nodes {
		switch {
		case n.spec != nil && n.spec.Kind == component.KindSink:
			return nil
		case n.outputs > 0:
		case out != nil:
			return nil
		default:
			out = n
		}
	}
	return out
}

func (c *compiler) ids() []string {
	ids := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		ids[i] = n.ID
	}
	return ids
}

// nodeError reports an error of a node as a whole.
func (c *compiler) nodeError(n *docNode, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := c.diags.Errorf(code, n.IDAt, "%s", fmt.Sprintf(format, args...))
	d.Node = n.ID
	return d
}
