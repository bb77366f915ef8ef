package railroad

import "fmt"

// style follows the reader's choice of light or dark: the drawing has no ground of its own.
const style = `<style>
path{fill:none;stroke:#57606a;stroke-width:1.6}
circle{fill:#57606a}
rect{stroke-width:1.4}
rect.word{fill:#ddf4ff;stroke:#0969da}
rect.class{fill:#dafbe1;stroke:#1a7f37}
rect.rule{fill:#fff8c5;stroke:#9a6700}
text{font:13px ui-monospace,Menlo,Consolas,monospace;text-anchor:middle;fill:#1f2328}
text.class{font-style:italic}
@media (prefers-color-scheme:dark){
path{stroke:#9198a1}
circle{fill:#9198a1}
rect.word{fill:#0c2d6b;stroke:#58a6ff}
rect.class{fill:#033a16;stroke:#3fb950}
rect.rule{fill:#341a00;stroke:#d29922}
text{fill:#f0f6fc}
}
</style>
`

// margin is the room around a drawing, which the dots at both ends stand in.
const margin = 16

// draw returns a rule's drawing.
func draw(r rule, link func(string) string) string {
	s := wrapped(r.body)
	width, height := s.width+4*margin, s.up+s.down+2*margin
	c := &canvas{link: link}
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", width, height, width, height, r.name)
	c.WriteString(style)
	y := s.up + margin
	fmt.Fprintf(c, `<circle cx="%d" cy="%d" r="4"/>`+"\n", margin, y)
	c.line(margin, y, margin)
	s.draw(c, 2*margin, y)
	c.line(2*margin+s.width, y+s.end, margin)
	fmt.Fprintf(c, `<circle cx="%d" cy="%d" r="4"/>`+"\n", 3*margin+s.width, y+s.end)
	c.WriteString("</svg>\n")
	return c.String()
}
