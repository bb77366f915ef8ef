package diff

import (
	"fmt"
	"strings"

	"millrace/components/component"
	"millrace/pipelines/control"
)

// Sentences puts a diff in words, the text's differences first, then what they come to.
func (d *Diff) Sentences() []component.Text {
	w := &writer{out: d.TextSentences()}
	if d.Unread || d.Same() {
		return w.out
	}
	for i := range d.Pipelines {
		w.pipeline(&d.Pipelines[i])
	}
	switch {
	case !d.Plans:
		w.say("What this does to the output is not known: one of the two does not compile.", "对输出的影响未知：两者之一无法编译。")
	case len(d.Pipelines) == 0:
		w.say("It computes the same as before.", "计算结果与之前相同。")
	}
	return w.out
}

// TextSentences puts the text's differences in words.
func (d *Diff) TextSentences() []component.Text {
	w := &writer{}
	switch {
	case d.Unread:
		w.say("One of the two cannot be read, so what has changed is not known.", "两者之一无法解析，无法得知变化。")
	case d.Same() && len(d.Drawing) > 0:
		w.say("Only the drawing has changed.", "只改动了画布上的分组或便签。")
	case d.Same() && d.Layout:
		w.say("Only the drawing was rearranged.", "只调整了画布上的布局。")
	case d.Same():
		w.say("Nothing has changed.", "没有变化。")
	}
	for _, c := range d.Settings {
		w.change("The model's "+words(c.Path), "模型的"+chinese(c.Path), c)
	}
	for _, c := range d.Params {
		w.change("The parameter "+c.Path, "参数 "+c.Path+" ", c)
	}
	for i := range d.Nodes {
		w.node(&d.Nodes[i])
	}
	for _, e := range d.Edges {
		port, portZh := "", ""
		if e.Port != "" {
			port, portZh = " at "+e.Port, "（"+e.Port+"）"
		}
		if e.Op == Added {
			w.say(fmt.Sprintf("%s now leads into %s%s.", e.From, e.To, port), fmt.Sprintf("%s 现在连接到 %s%s。", e.From, e.To, portZh))
		} else {
			w.say(fmt.Sprintf("%s no longer leads into %s%s.", e.From, e.To, port), fmt.Sprintf("%s 不再连接到 %s%s。", e.From, e.To, portZh))
		}
	}
	for _, s := range d.Statements {
		line := oneLine(s.Text)
		if s.Op == Added {
			w.say("A statement was added: "+line, "新增语句："+line)
		} else {
			w.say("A statement was removed: "+line, "删除语句："+line)
		}
	}
	for i := range d.Drawing {
		w.drawn(&d.Drawing[i])
	}
	return w.out
}

type writer struct{ out []component.Text }

func (w *writer) say(en, zh string) { w.out = append(w.out, component.Text{En: en, Zh: zh}) }

const null = "null"

// change says that a value is another one. What it is the value of ends the beginning of the sentence.
func (w *writer) change(en, zh string, c Change) {
	old, now := show(c.Old), show(c.New)
	switch {
	case string(c.Old) == null:
		w.say(fmt.Sprintf("%s is now %s.", en, now), fmt.Sprintf("%s现在为 %s。", zh, now))
	case string(c.New) == null:
		w.say(fmt.Sprintf("%s, which was %s, was removed.", en, old), fmt.Sprintf("%s已删除（原为 %s）。", zh, old))
	default:
		w.say(fmt.Sprintf("%s was %s and is now %s.", en, old, now), fmt.Sprintf("%s由 %s 改为 %s。", zh, old, now))
	}
}

func (w *writer) node(n *Node) {
	switch n.Op {
	case Added:
		w.say(fmt.Sprintf("The node %s (%s) was added.", n.ID, n.Component), fmt.Sprintf("新增节点 %s（%s）。", n.ID, n.Component))
		return
	case Removed:
		w.say(fmt.Sprintf("The node %s (%s) was removed.", n.ID, n.Component), fmt.Sprintf("删除节点 %s（%s）。", n.ID, n.Component))
		return
	case Renamed:
		w.say(fmt.Sprintf("The node %s is now called %s.", n.Was, n.ID), fmt.Sprintf("节点 %s 改名为 %s。", n.Was, n.ID))
	}
	if n.WasComponent != "" {
		w.say(fmt.Sprintf("The node %s was a %s and is now a %s.", n.ID, n.WasComponent, n.Component), fmt.Sprintf("节点 %s 由 %s 改为 %s。", n.ID, n.WasComponent, n.Component))
	}
	for _, c := range n.Params {
		if c.Path == "bypass" {
			w.bypass(n.ID, string(c.New) != null)
			continue
		}
		w.change(fmt.Sprintf("%s of %s", c.Path, n.ID), fmt.Sprintf("%s 的 %s ", n.ID, c.Path), c)
	}
}

// drawn says in one sentence what became of a group or note.
func (w *writer) drawn(n *Node) {
	zh := "分组"
	if n.Component == note {
		zh = "便签"
	}
	switch n.Op {
	case Added:
		w.say(fmt.Sprintf("The %s %s was added to the drawing.", n.Component, n.ID), fmt.Sprintf("画布上新增%s %s。", zh, n.ID))
	case Removed:
		w.say(fmt.Sprintf("The %s %s was removed from the drawing.", n.Component, n.ID), fmt.Sprintf("画布上删除%s %s。", zh, n.ID))
	default:
		w.say(fmt.Sprintf("The %s %s of the drawing has changed.", n.Component, n.ID), fmt.Sprintf("画布上的%s %s 已修改。", zh, n.ID))
	}
}

func (w *writer) bypass(node string, on bool) {
	if on {
		w.say(fmt.Sprintf("The node %s is bypassed now.", node), fmt.Sprintf("节点 %s 现在被绕过。", node))
		return
	}
	w.say(fmt.Sprintf("The node %s is no longer bypassed.", node), fmt.Sprintf("节点 %s 不再被绕过。", node))
}

func (w *writer) pipeline(p *Pipeline) {
	switch p.Op {
	case Added:
		w.say(fmt.Sprintf("The pipeline %s is new.", p.Name), fmt.Sprintf("新增管道 %s。", p.Name))
		return
	case Removed:
		w.say(fmt.Sprintf("There is no pipeline %s any more.", p.Name), fmt.Sprintf("不再有管道 %s。", p.Name))
		return
	case Renamed:
		w.say(fmt.Sprintf("The pipeline %s is now called %s.", p.Was, p.Name), fmt.Sprintf("管道 %s 改名为 %s。", p.Was, p.Name))
	}
	for _, t := range p.Inputs {
		if t.Op == Added {
			w.say(fmt.Sprintf("%s now reads %s.", p.Name, t.Table), fmt.Sprintf("%s 现在读取 %s。", p.Name, t.Table))
		} else {
			w.say(fmt.Sprintf("%s no longer reads %s.", p.Name, t.Table), fmt.Sprintf("%s 不再读取 %s。", p.Name, t.Table))
		}
	}
	for i := range p.Outputs {
		w.output(p, &p.Outputs[i])
	}
	w.impact(p)
}

// impact says what becomes of positions and state.
func (w *writer) impact(p *Pipeline) {
	i := p.Impact
	if i.Same {
		w.say(fmt.Sprintf("%s computes the same as before.", p.Name), fmt.Sprintf("%s 的计算结果与之前相同。", p.Name))
	} else {
		w.say(fmt.Sprintf("%s computes something else now.", p.Name), fmt.Sprintf("%s 的计算内容已改变。", p.Name))
	}
	if whole(*i) {
		w.say("All positions and all state are kept.", "读取位置和状态全部保留。")
		return
	}
	for _, part := range i.Sources {
		part.Operator = short(p.was(part), part.Operator)
		switch part.Fate {
		case control.Dropped:
			w.say(fmt.Sprintf("The position in %s is dropped: %s.", part.Operator, part.Why), fmt.Sprintf("%s 的读取位置被丢弃。", part.Operator))
		case control.Added:
			w.say(fmt.Sprintf("%s is a new source.", part.Operator), fmt.Sprintf("%s 是新的数据源。", part.Operator))
		}
	}
	for _, part := range i.State {
		kind := strings.ReplaceAll(part.Kind, "_", " ")
		part.Operator = short(p.was(part), part.Operator)
		switch part.Fate {
		case control.Kept:
			w.say(fmt.Sprintf("The state of %s (%s) is kept.", part.Operator, kind), fmt.Sprintf("%s（%s）的状态保留。", part.Operator, kind))
		case control.Dropped:
			w.say(fmt.Sprintf("The state of %s (%s) is dropped: %s.", part.Operator, kind, part.Why), fmt.Sprintf("%s（%s）的状态被丢弃。", part.Operator, kind))
		default:
			w.say(fmt.Sprintf("%s (%s) begins with empty state.", part.Operator, kind), fmt.Sprintf("%s（%s）从空状态开始。", part.Operator, kind))
		}
	}
}

// was is the name the pipeline had when an operator that is kept or dropped got its id.
func (p *Pipeline) was(part control.Part) string {
	if p.Was != "" && part.Fate != control.Added {
		return p.Was
	}
	return p.Name
}

func (w *writer) output(p *Pipeline, o *Output) {
	switch {
	case o.Virtual && o.Op == Added:
		w.say(fmt.Sprintf("%s is virtual now: others use its rows by its name.", p.Name), fmt.Sprintf("%s 现在是虚拟模型：其他模型按名称使用它的数据。", p.Name))
		return
	case o.Virtual && o.Op == Removed:
		w.say(fmt.Sprintf("%s is no longer virtual: others cannot use its rows by its name.", p.Name), fmt.Sprintf("%s 不再是虚拟模型：其他模型不能再按名称使用它的数据。", p.Name))
		return
	case o.Op == Added:
		w.say(fmt.Sprintf("%s now writes to %s.", p.Name, o.Table), fmt.Sprintf("%s 现在写入 %s。", p.Name, o.Table))
		return
	case o.Op == Removed:
		w.say(fmt.Sprintf("%s no longer writes to %s.", p.Name, o.Table), fmt.Sprintf("%s 不再写入 %s。", p.Name, o.Table))
		return
	}
	for _, c := range o.Columns {
		switch c.Op {
		case Added:
			w.say(fmt.Sprintf("%s gets the column %s %s.", o.Table, c.Name, c.New), fmt.Sprintf("%s 新增列 %s %s。", o.Table, c.Name, c.New))
		case Removed:
			w.say(fmt.Sprintf("%s loses the column %s.", o.Table, c.Name), fmt.Sprintf("%s 删除列 %s。", o.Table, c.Name))
		default:
			w.say(fmt.Sprintf("%s.%s was %s and is now %s.", o.Table, c.Name, c.Old, c.New), fmt.Sprintf("%s.%s 由 %s 改为 %s。", o.Table, c.Name, c.Old, c.New))
		}
	}
	for _, c := range o.Shape {
		w.change(fmt.Sprintf("The %s of %s", words(c.Path), o.Table), fmt.Sprintf("%s 的%s", o.Table, chinese(c.Path)), c)
	}
}

// words and chinese say what a setting is called.
func words(path string) string {
	switch path {
	case "mode":
		return "changelog mode"
	case "order":
		return "order of the columns"
	}
	return strings.ReplaceAll(path, "_", " ")
}

func chinese(path string) string {
	switch path {
	case "kind":
		return "类型"
	case "name":
		return "名称"
	case "description":
		return "描述"
	case "time_zone":
		return "时区"
	case "output":
		return "输出标识"
	case "mode":
		return "变更模式"
	case "key":
		return "主键"
	case "event_time":
		return "事件时间"
	case "order":
		return "列顺序"
	}
	return path
}

// oneLine writes a statement on one line, and cuts a long one.
func oneLine(s string) string {
	const most = 200
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
