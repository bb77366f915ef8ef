package convert

import "bytes"

// SplitLine finds the first line in data: the line without its end ("\n" or "\r\n") and where the next begins, or nil and 0 when
// more data is needed. At the end of the input a line needs no end.
func SplitLine(data []byte, atEOF bool) (line []byte, advance int) {
	end := bytes.IndexByte(data, '\n')
	switch {
	case end >= 0:
		advance = end + 1
	case atEOF && len(data) > 0:
		end, advance = len(data), len(data)
	default:
		return nil, 0
	}
	if end > 0 && data[end-1] == '\r' {
		end--
	}
	return data[:end:end], advance
}
