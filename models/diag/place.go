package diag

// In places s, a span within a text, in the document that holds the text at base. When the end of base is unknown, the text does not
// stand in the document character by character (it is escaped or folded there), and everything inside it is placed at its start.
func (s Span) In(base Span) Span {
	if !base.End.Known() {
		return Span{Start: base.Start}
	}
	if !s.Start.Known() {
		return base
	}
	out := Span{Start: s.Start.In(base.Start)}
	if s.End.Known() {
		out.End = s.End.In(base.Start)
	}
	return out
}
