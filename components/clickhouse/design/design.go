package design

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The columns that the sink fills in a table that keeps one row a key, and how the view over one is called.
const (
	VersionColumn = "_version"
	DeletedColumn = "_deleted"
	CurrentSuffix = "_current"
)

// The engines that the sink makes.
const (
	MergeTree           = "merge_tree"
	Replacing           = "replacing_merge_tree"
	Summing             = "summing_merge_tree"
	Replicated          = "replicated_merge_tree"
	ReplicatedReplacing = "replicated_replacing_merge_tree"
)

// Design proposes a table for the rows, or says how an existing one suits them. It never fails: what is wrong is among the findings.
func Design(in Input) Proposal {
	d := &designer{in: in, key: changelog.KeyOf(in.Mode, in.Identity)}
	if in.Zone == "" {
		d.in.Zone = "UTC"
	}
	if in.Epoch <= 0 {
		d.in.Epoch = schema.Duration(time.Second)
	}
	d.names()
	d.pinned()
	if in.Existing != nil {
		d.existing(in.Existing)
	} else {
		d.p.New = true
		d.engine()
		d.partition()
		d.ttl()
		d.order()
		d.keys()
		d.columns()
		d.window()
		d.statements()
	}
	d.size()
	d.params()
	slices.SortStableFunc(d.p.Findings, func(a, b Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	return d.p
}

// designer makes one proposal, decision by decision; later ones look at earlier ones in p.
type designer struct {
	in Input
	// key are the columns that tell the rows apart, for rows that change.
	key []string
	p   Proposal
}

func (d *designer) changes() bool { return d.in.Mode.Change != plan.Append }

// keeps reports whether the new table keeps one row a sorting key.
func (d *designer) keeps() bool {
	return d.p.Engine == Replacing || d.p.Engine == ReplicatedReplacing
}

func (d *designer) field(name string) (schema.Field, bool) {
	i := d.in.Schema.Index(name)
	if i < 0 {
		return schema.Field{}, false
	}
	return d.in.Schema.Fields[i], true
}

func (d *designer) choose(c Choice) { d.p.Choices = append(d.p.Choices, c) }

func (d *designer) find(f Finding) { d.p.Findings = append(d.p.Findings, f) }

// stop is find for what must not be deployed.
func (d *designer) stop(code diag.Code, path string, message, mend component.Text, pins *Choices, figures ...Figure) {
	d.find(Finding{Code: code, Severity: diag.Error, Path: path, Message: message, Mend: mend, Pins: pins, Figures: figures})
}

// warn is find for what may be deployed by somebody who knows.
func (d *designer) warn(code diag.Code, path string, message, mend component.Text, pins *Choices, figures ...Figure) {
	d.find(Finding{Code: code, Severity: diag.Warning, Path: path, Message: message, Mend: mend, Pins: pins, Figures: figures})
}

// pinned reports pins on columns that the rows have not.
func (d *designer) pinned() {
	check := func(path, column string) {
		if _, ok := d.field(column); ok || column == "" {
			return
		}
		mend := text("Leave it out.", "请将其移除。")
		if near := diag.Nearest(column, d.in.Schema.Names()); near != "" {
			mend = textf("Did you mean %s?", "是否指 %s？", near)
		}
		d.stop(CodeUnknownColumn, path, textf("the rows have no column %q", "数据中没有列 %q", column), mend, nil)
	}
	pins := d.in.Pins
	if pins.OrderBy != nil {
		for _, c := range *pins.OrderBy {
			check("order_by", c)
		}
	}
	if pins.PartitionBy != nil {
		check("partition_by", pins.PartitionBy.Column)
	}
	if pins.TTL != nil {
		check("ttl", pins.TTL.Column)
	}
	names := make([]string, 0, len(pins.Columns))
	for name := range pins.Columns {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		check("columns."+name, name)
	}
}

// list writes column names for people.
func list(names []string) string { return strings.Join(names, ", ") }
