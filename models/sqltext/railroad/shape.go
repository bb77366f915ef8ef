package railroad

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The measures of a drawing, in pixels.
const (
	boxHeight = 24
	charWidth = 8
	padding   = 9  // between a box and its text
	radius    = 9  // of a bend
	gap       = 14 // between parts of a sequence
	rowGap    = 10 // between alternatives
	rowWidth  = 860
)

// shape is a part with its size: up and down are the room above and below the line that enters on the left and leaves on the right.
type shape struct {
	width, up, down int
	// end is how far below the line that enters the line leaves: only what is wrapped does not leave where it entered.
	end  int
	draw func(c *canvas, x, y int)
}

// canvas collects a drawing.
type canvas struct {
	strings.Builder
	// link says where a rule's name leads, "" when nowhere.
	link func(rule string) string
}

func (c *canvas) path(format string, args ...any) {
	fmt.Fprintf(c, `<path d="`+format+`"/>`+"\n", args...)
}

func (c *canvas) line(x, y, width int) {
	if width > 0 {
		c.path("M%d %dh%d", x, y, width)
	}
}

func measure(n node) shape {
	switch n := n.(type) {
	case word:
		return box(n.text, n.class, false)
	case ref:
		return box(n.rule, false, true)
	case sequence:
		return inRow(measures(n.parts))
	case choice:
		return stacked(measures(n.parts))
	case optional:
		return bypassed(measure(n.part))
	case loop:
		between := shape{draw: func(*canvas, int, int) {}}
		if n.between != nil {
			between = measure(n.between)
		}
		return repeated(measure(n.part), between)
	default:
		return shape{draw: func(*canvas, int, int) {}}
	}
}

func measures(parts []node) []shape {
	out := make([]shape, len(parts))
	for i, p := range parts {
		out[i] = measure(p)
	}
	return out
}

func box(text string, class, rule bool) shape {
	width := utf8.RuneCountInString(text)*charWidth + 2*padding
	kind, round := "word", boxHeight/2
	switch {
	case rule:
		kind, round = "rule", 3
	case class:
		kind, round = "class", boxHeight/2
	}
	return shape{width: width, up: boxHeight / 2, down: boxHeight / 2, draw: func(c *canvas, x, y int) {
		target := ""
		if rule {
			target = c.link(text)
		}
		if target != "" {
			fmt.Fprintf(c, `<a href="%s">`, escape(target))
		}
		fmt.Fprintf(c, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, kind, x, y-boxHeight/2, width, boxHeight, round)
		fmt.Fprintf(c, `<text class="%s" x="%d" y="%d">%s</text>`, kind, x+width/2, y+4, escape(text))
		if target != "" {
			c.WriteString("</a>")
		}
		c.WriteString("\n")
	}}
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

func inRow(parts []shape) shape {
	out := shape{}
	for i, p := range parts {
		if i > 0 {
			out.width += gap
		}
		out.width += p.width
		out.up, out.down = max(out.up, p.up), max(out.down, p.down)
	}
	out.draw = func(c *canvas, x, y int) {
		for i, p := range parts {
			if i > 0 {
				c.line(x, y, gap)
				x += gap
			}
			p.draw(c, x, y)
			x += p.width
		}
	}
	return out
}

// stacked draws alternatives below each other, the first on the line.
func stacked(parts []shape) shape {
	inner := 0
	for _, p := range parts {
		inner = max(inner, p.width)
	}
	out := shape{width: inner + 4*radius, up: parts[0].up, down: parts[0].down}
	offsets := make([]int, len(parts))
	for i := 1; i < len(parts); i++ {
		offsets[i] = max(out.down+rowGap+parts[i].up, 2*radius)
		out.down = offsets[i] + parts[i].down
	}
	out.draw = func(c *canvas, x, y int) {
		for i, p := range parts {
			at, left := y+offsets[i], x+2*radius
			if i == 0 {
				c.line(x, y, 2*radius)
				c.line(left+p.width, y, inner-p.width+2*radius)
			} else {
				c.path("M%d %dq%d 0 %d %dv%dq0 %d %d %d", x, y, radius, radius, radius, offsets[i]-2*radius, radius, radius, radius)
				c.line(left+p.width, at, inner-p.width)
				c.path("M%d %dq%d 0 %d %dv%dq0 %d %d %d", left+inner, at, radius, radius, -radius, 2*radius-offsets[i], -radius, radius, -radius)
			}
			p.draw(c, left, at)
		}
	}
	return out
}

// bypassed draws a way around below a part that may be left out: the part is on the line, as it is what people look for.
func bypassed(p shape) shape {
	depth := max(p.down+rowGap, 2*radius)
	return shape{width: p.width + 4*radius, up: p.up, down: depth, draw: func(c *canvas, x, y int) {
		c.line(x, y, 2*radius)
		p.draw(c, x+2*radius, y)
		c.line(x+2*radius+p.width, y, 2*radius)
		c.path("M%d %dq%d 0 %d %dv%dq0 %d %d %dh%dq%d 0 %d %dv%dq0 %d %d %d", x, y, radius, radius, radius, depth-2*radius, radius, radius, radius,
			p.width, radius, radius, -radius, 2*radius-depth, -radius, radius, -radius)
	}}
}

// repeated draws a way back above a part, through what stands between two of them.
func repeated(p, between shape) shape {
	inner := max(p.width, between.width)
	height := max(p.up+rowGap+between.down, 2*radius)
	return shape{width: inner + 2*radius, up: height + between.up, down: p.down, draw: func(c *canvas, x, y int) {
		left := x + radius + (inner-p.width)/2
		c.line(x, y, left-x)
		p.draw(c, left, y)
		c.line(left+p.width, y, x+inner+2*radius-left-p.width)
		back := x + radius + (inner-between.width)/2
		c.path("M%d %dq%d 0 %d %dv%dq0 %d %d %dh%d", x+inner+radius, y, radius, radius, -radius, 2*radius-height, -radius, -radius, -radius,
			back+between.width-x-inner-radius)
		between.draw(c, back, y-height)
		c.path("M%d %dh%dq%d 0 %d %dv%dq0 %d %d %d", back, y-height, x+radius-back, -radius, -radius, radius, height-2*radius, radius, radius, radius)
	}}
}

// wrapped draws a long sequence in rows, with a line from the end of each to the beginning of the next.
func wrapped(n node) shape {
	s, ok := n.(sequence)
	if !ok || measure(n).width <= rowWidth {
		return measure(n)
	}
	var rows []shape
	var row []shape
	width := 0
	for _, p := range measures(s.parts) {
		if len(row) > 0 && width+gap+p.width > rowWidth {
			rows = append(rows, inRow(row))
			row, width = nil, 0
		}
		row = append(row, p)
		width += gap + p.width
	}
	rows = append(rows, inRow(row))
	out := shape{up: rows[0].up}
	offsets := make([]int, len(rows))
	for i, r := range rows {
		if i > 0 {
			offsets[i] = offsets[i-1] + rows[i-1].down + 3*radius + r.up
		}
		out.width = max(out.width, r.width+3*radius)
		out.down = offsets[i] + r.down
	}
	out.end = offsets[len(rows)-1]
	out.draw = func(c *canvas, x, y int) {
		for i, r := range rows {
			at := y + offsets[i]
			r.draw(c, x+radius, at)
			if i == 0 {
				c.line(x, at, radius)
			}
			if i == len(rows)-1 {
				c.line(x+radius+r.width, at, out.width-r.width-radius)
				return
			}
			down := at + r.down + radius
			end := x + radius + r.width
			c.path("M%d %dq%d 0 %d %dV%dq0 %d %d %dH%dq%d 0 %d %dV%dq0 %d %d %d", end, at, radius, radius, radius, down-radius+radius/2, radius/2, -radius/2, radius/2,
				x+radius, -radius, -radius, radius, y+offsets[i+1]-radius, radius, radius, radius)
		}
	}
	return out
}
