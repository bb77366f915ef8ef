package hand

import "strconv"

// scanner walks the members of one JSON object. It takes the text for well-formed.
type scanner struct {
	text []byte
	at   int
}

// next returns the next member: its key and its value as they stand in the text, strings without their quotes. ok is false at
// the end of the object.
func (s *scanner) next() (key, value []byte, ok bool) {
	text, at := s.text, s.at
	for at < len(text) && text[at] != '"' {
		at++
	}
	if at == len(text) {
		return nil, nil, false
	}
	s.at = at + 1
	key = s.str()
	at = s.at
	for at < len(text) && (text[at] == ':' || text[at] <= ' ') {
		at++
	}
	if at == len(text) {
		return nil, nil, false
	}
	s.at = at
	switch text[at] {
	case '"':
		s.at++
		return key, s.str(), true
	case '{', '[':
		return key, s.nested(), true
	}
	for at < len(text) && text[at] != ',' && text[at] != '}' && text[at] > ' ' {
		at++
	}
	value = text[s.at:at]
	s.at = at
	return key, value, true
}

// str returns the string that at stands in and moves behind its closing quote. Keys and values are short: a loop over bytes is
// faster than a search.
func (s *scanner) str() []byte {
	text, from := s.text, s.at
	for at := from; at < len(text); at++ {
		switch text[at] {
		case '"':
			s.at = at + 1
			return text[from:at]
		case '\\':
			at++
		}
	}
	s.at = len(text)
	return text[from:]
}

// nested returns the object or array that begins at at and moves behind it.
func (s *scanner) nested() []byte {
	from, depth := s.at, 0
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch c {
		case '"':
			s.str()
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return s.text[from:s.at]
			}
		}
	}
	return s.text[from:]
}

// integer reads a JSON integer. What is none counts as 0.
func integer(b []byte) int64 {
	if len(b) == 0 || len(b) > 18 {
		n, _ := strconv.ParseInt(string(b), 10, 64)
		return n
	}
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	var n int64
	for _, c := range b {
		n = n*10 + int64(c-'0')
	}
	if negative {
		return -n
	}
	return n
}
