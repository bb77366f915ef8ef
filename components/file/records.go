package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"millrace/components/component"
	"millrace/components/internal/convert"
)

const (
	firstBuffer = 256 << 10
	// chunkBytes ends a chunk early, so that wide rows do not make it large.
	chunkBytes = 8 << 20
)

// records reads a file of records.
type records struct {
	path    string
	at      place
	c       *content
	decoder component.Decoder
	stream  component.StreamDecoder
	follow  bool
	poll    time.Duration
	rows    int
	max     int
	// changes is nil when every record is a row of its own; kept are the records of the chunk at hand.
	changes *changes
	kept    recordsOf

	// buf[start:end] is content not yet taken, at the byte pos of the whole content.
	buf        []byte
	start, end int
	pos        int64
	// ended says that the content's end was reached, and more cannot come.
	ended bool

	headerDone bool
	resume     int64
	latest     bool
	// tooLarge is the record being skipped because it is too large, nil otherwise.
	tooLarge *component.Reject
}

var _ component.Reader = (*records)(nil)

// lines splits records by line ends where the format does not say how.
type lines struct{}

func (lines) Split(data []byte, atEOF bool) ([]byte, int) { return convert.SplitLine(data, atEOF) }
func (lines) Header([]byte) (bool, error)                 { return false, nil }

func (s *source) openRecords(path string, at int64, latest bool) (component.Reader, error) {
	limit := int64(-1)
	if size, ok := s.bounds[path]; ok {
		limit = size
	}
	c, err := s.at.openContent(path, s.compression, limit)
	if err != nil {
		return nil, err
	}
	r := &records{
		path: path, at: s.at, c: c, follow: s.follow, poll: s.poll, rows: s.oc.BatchRows, max: s.oc.MaxRecordBytes, changes: s.changes,
		buf: make([]byte, min(firstBuffer, 2*s.oc.MaxRecordBytes+64)), resume: at, latest: latest && c.plain,
	}
	if c.plain && at > c.info.Size() {
		_ = c.Close() // the file was only read
		return nil, r.replaced("the file %q has %d bytes, fewer than the %d that were read of it", path, c.info.Size(), at)
	}
	if r.decoder, err = s.format.Format.NewDecoder(s.formatParams, s.target); err != nil {
		_ = c.Close() // the file was only read
		return nil, component.Permanent(CodeFormat, err, "", "the file %q cannot be decoded", path)
	}
	var ok bool
	if r.stream, ok = r.decoder.(component.StreamDecoder); !ok {
		r.stream = lines{}
	}
	return r, nil
}

func (r *records) replaced(format string, args ...any) error {
	return component.Permanent(CodeReplaced, nil, "Files must only grow: write new data to new names, or start the pipeline anew.", format, args...)
}

// Read returns the next chunk of rows.
func (r *records) Read(ctx context.Context) (*component.Chunk, error) {
	chunk := &component.Chunk{}
	var offs []int64
	for {
		if err := ctx.Err(); err != nil && chunk.Records == 0 {
			return nil, err
		}
		at, record, err := r.next(chunk)
		if err != nil {
			return nil, err
		}
		if record != nil {
			chunk.Records++
			chunk.Bytes += int64(len(record))
			n, reject := r.decoder.Decode(record)
			if reject != nil {
				reject.Offset = at
				chunk.Rejects = append(chunk.Rejects, *reject)
			}
			for range n {
				offs = append(offs, at)
			}
			if r.changes != nil {
				r.kept.add(record, n)
			}
			if chunk.Records < r.rows && chunk.Bytes < chunkBytes {
				continue
			}
		}
		if chunk.Records > 0 {
			if chunk.Batch = r.decoder.Finish(); chunk.Batch != nil {
				chunk.Batch.Offs = offs
				r.makeChanges(chunk)
			}
			chunk.Next = position("bytes:", r.pos)
			if r.tooLarge != nil && r.tooLarge.Offset >= 0 {
				// Half of a large record was skipped: a restart must not take the other half for a record.
				chunk.Next = position("bytes:", r.tooLarge.Offset)
			}
			return chunk, nil
		}
		if r.ended && !r.follow {
			return nil, io.EOF
		}
		began := time.Now()
		if err := r.wait(ctx); err != nil {
			return nil, err
		}
		chunk.Waited += time.Since(began)
	}
}

// makeChanges gives a chunk's rows their kinds.
func (r *records) makeChanges(chunk *component.Chunk) {
	if r.changes == nil {
		return
	}
	b, rejects := r.changes.apply(chunk.Batch, r.kept.at)
	chunk.Batch, chunk.Rejects = b, append(chunk.Rejects, rejects...)
	r.kept.reset()
}

// next returns the next record and the byte it starts at, or a nil record when there is none for now. A record that is too large
// becomes a reject of the chunk.
func (r *records) next(chunk *component.Chunk) (int64, []byte, error) {
	for {
		if r.tooLarge != nil {
			if done, err := r.skipLarge(chunk); err != nil || !done {
				return 0, nil, err
			}
			return 0, nil, nil
		}
		data := r.buf[r.start:r.end]
		if r.pos == 0 && !r.headerDone && len(data) >= 3 && bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
			r.take(3) // a byte order mark
			continue
		}
		record, advance := r.stream.Split(data, r.ended)
		switch {
		case advance > 0:
			at := r.pos
			if !r.headerDone {
				used, err := r.header(record)
				if err != nil {
					return 0, nil, err
				}
				if record != nil && used {
					r.take(advance)
				}
				if record == nil {
					r.take(advance)
					continue
				}
				if err := r.resumeAt(); err != nil {
					return 0, nil, err
				}
				continue
			}
			r.take(advance)
			if record == nil {
				continue
			}
			return at, record, nil
		case len(data) > r.max:
			if !r.headerDone {
				// A first record of this size is no header.
				r.headerDone = true
				if err := r.resumeAt(); err != nil {
					return 0, nil, err
				}
				continue
			}
			r.tooLarge = convert.TooLarge(data, 0)
			r.tooLarge.Offset = r.pos
			continue
		}
		more, err := r.fill()
		if err != nil {
			return 0, nil, err
		}
		if !more {
			return 0, nil, nil
		}
	}
}

// header offers the first record to the format.
func (r *records) header(record []byte) (bool, error) {
	if record == nil {
		return false, nil
	}
	r.headerDone = true
	used, err := r.stream.Header(record)
	if err != nil {
		return false, component.Permanent(CodeHeader, err, "Correct the declared columns or the file.", "the header of %q does not fit", r.path)
	}
	return used, nil
}

// resumeAt goes to where reading begins, once the header is known.
func (r *records) resumeAt() error {
	target := r.resume
	if r.latest {
		target = r.c.info.Size()
	}
	ahead := target - r.pos
	if ahead <= 0 {
		return nil
	}
	if buffered := int64(r.end - r.start); ahead <= buffered {
		r.take(int(ahead))
	} else {
		if err := r.c.skip(ahead - buffered); err != nil {
			return r.replaced("the file %q ends before the position %d", r.path, target)
		}
		r.start, r.end, r.pos = 0, 0, target
	}
	if r.latest && r.pos > 0 {
		// The size may lie within a line that is still being written: what is left of it is not a record.
		return r.skipPartial(target)
	}
	return nil
}

// skipPartial moves on to the next line end unless target stands right behind one.
func (r *records) skipPartial(target int64) error {
	var last [1]byte
	if _, err := r.c.file.ReadAt(last[:], target-1); err != nil {
		return component.Permanent(CodeUnreadable, err, "", "the file %q cannot be read", r.path)
	}
	if last[0] != '\n' {
		r.tooLarge = &component.Reject{Offset: -1}
	}
	return nil
}

func (r *records) take(n int) {
	r.start += n
	r.pos += int64(n)
}

// skipLarge drops content up to the next line end; done says that the record was left behind.
func (r *records) skipLarge(chunk *component.Chunk) (done bool, err error) {
	for {
		data := r.buf[r.start:r.end]
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			r.tooLarge.Size += i
			r.take(i + 1)
			break
		}
		r.tooLarge.Size += len(data)
		r.take(len(data))
		if r.ended {
			break
		}
		more, err := r.fill()
		if err != nil {
			return false, err
		}
		if !more && !r.ended {
			return false, nil
		}
	}
	if t := r.tooLarge; t.Offset >= 0 {
		t.Truncated = t.Size > len(t.Raw)
		chunk.Rejects = append(chunk.Rejects, *t)
		chunk.Records++
		chunk.Bytes += int64(t.Size)
	}
	r.tooLarge = nil
	return true, nil
}

// fill reads more content behind what is there; more is false when nothing came.
func (r *records) fill() (more bool, err error) {
	if r.ended {
		return false, nil
	}
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.start, r.end = 0, r.end-r.start
	}
	if r.end == len(r.buf) {
		grown := make([]byte, min(2*len(r.buf), r.max+firstBuffer))
		copy(grown, r.buf[:r.end])
		r.buf = grown
	}
	n, err := r.c.in.Read(r.buf[r.end:])
	r.end += n
	switch {
	case errors.Is(err, io.EOF):
		// A plain file that is followed may grow; everything else is complete.
		r.ended = !r.follow || !r.c.plain
		return n > 0 || r.ended, nil
	case err != nil:
		return false, component.Permanent(CodeUnreadable, err, "", "the file %q cannot be read", r.path)
	default:
		return true, nil
	}
}

// wait waits for a followed file to grow, for one poll interval.
func (r *records) wait(ctx context.Context) error {
	if r.c.plain {
		info, err := r.at.stat(r.path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return r.replaced("the file %q is gone", r.path)
		case err != nil:
			return component.Permanent(CodeUnreadable, err, "", "the file %q cannot be read", r.path)
		case !os.SameFile(info, r.c.info):
			return r.replaced("the file %q was replaced by another", r.path)
		case info.Size() < r.pos+int64(r.end-r.start):
			return r.replaced("the file %q has %d bytes, fewer than were read of it", r.path, info.Size())
		}
	}
	t := time.NewTimer(r.poll)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Lag is not known: records are not counted before they are read.
func (r *records) Lag() int64 { return -1 }

// Close closes the file.
func (r *records) Close() error { return r.c.Close() }
