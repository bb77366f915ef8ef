package hand

import (
	"bytes"
	"strconv"
)

// scanner walks the members of one JSON object. It takes the text for well-formed.
type scanner struct {
	text []byte
	at   int
}

// next returns the next member: its key and its value as they stand in the text, strings without their quotes. ok is false at
// the end of the object.
func (s *scanner) next() (key, value []byte, ok bool) {
	open := bytes.IndexByte(s.text[s.at:], '"')
	if open < 0 {
		return nil, nil, false
	}
	s.at += open + 1
	key = s.str()
	for s.at < len(s.text) && (s.text[s.at] == ':' || s.text[s.at] <= ' ') {
		s.at++
	}
	if s.at == len(s.text) {
		return nil, nil, false
	}
	switch s.text[s.at] {
	case '"':
		s.at++
		return key, s.str(), true
	case '{', '[':
		return key, s.nested(), true
	}
	from := s.at
	for s.at < len(s.text) && s.text[s.at] != ',' && s.text[s.at] != '}' && s.text[s.at] > ' ' {
		s.at++
	}
	return key, s.text[from:s.at], true
}

// str returns the string that at stands in and moves behind its closing quote.
func (s *scanner) str() []byte {
	from := s.at
	for {
		n := bytes.IndexByte(s.text[s.at:], '"')
		if n < 0 {
			s.at = len(s.text)
			return s.text[from:]
		}
		end := s.at + n
		s.at = end + 1
		escapes := 0
		for i := end - 1; i >= from && s.text[i] == '\\'; i-- {
			escapes++
		}
		if escapes%2 == 0 {
			return s.text[from:end]
		}
	}
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
