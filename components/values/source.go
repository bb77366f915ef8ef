package values

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
)

type source struct {
	oc           component.SourceContext
	rows         string
	upsert       bool
	format       *component.Spec
	formatParams component.Params
}

var (
	_ component.Source = (*source)(nil)
	_ component.Reader = (*reader)(nil)
)

func open(_ context.Context, oc component.SourceContext) (component.Source, error) {
	p, err := component.DecodeJSON(sourceFields(), oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: fmt.Errorf("opening the values: %w", err)}
	}
	s := &source{oc: oc, rows: p.String("rows"), upsert: p.String(changelog.Param) == changelog.ParamUpsert}
	var diags diag.List
	var ok bool
	if s.format, s.formatParams, ok = oc.Registry.DecodeFormat(p, "format", &diags); !ok {
		return nil, &component.PermanentError{Err: fmt.Errorf("choosing the format of the values: %w", diags.Err())}
	}
	// The text bounds its records, whatever bounds those of other sources.
	s.oc.Target.MaxRecordBytes = maxBytes
	return s, nil
}

// Partitions returns the one partition there is.
func (s *source) Partitions(context.Context) ([]component.Partition, error) {
	return []component.Partition{{ID: Name, Ordinal: 0}}, nil
}

// Open returns a reader. A position is the number of records in front of it.
func (s *source) Open(_ context.Context, _ component.Partition, from component.Position, _ bool) (component.Reader, error) {
	decoder, records, err := recordsOf(s.rows, s.format, s.formatParams, s.oc.Target)
	if err != nil {
		return nil, component.Permanent(CodeFormat, err, "", "the values cannot be decoded")
	}
	r := &reader{decoder: decoder, records: records, most: max(s.oc.BatchRows, 1), upsert: s.upsert}
	if from != "" {
		if r.next, err = strconv.Atoi(string(from)); err != nil || r.next < 0 || r.next > len(records) {
			return nil, component.Permanent(CodePosition, nil, "The checkpoint was written for other rows: start the pipeline anew.",
				"%q is not a position among %d rows", string(from), len(records))
		}
	}
	return r, nil
}

// Close has nothing to close.
func (s *source) Close() error { return nil }

// reader reads the rows on one goroutine.
type reader struct {
	decoder component.Decoder
	records [][]byte
	next    int
	most    int
	upsert  bool
}

// Read decodes the next rows.
func (r *reader) Read(ctx context.Context) (*component.Chunk, error) {
	if r.next == len(r.records) {
		return nil, io.EOF
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	chunk := &component.Chunk{}
	var offs []int64
	for ; r.next < len(r.records) && chunk.Records < r.most; r.next++ {
		record := r.records[r.next]
		chunk.Records++
		chunk.Bytes += int64(len(record))
		rows, reject := r.decoder.Decode(record)
		if reject != nil {
			reject.Offset = int64(r.next)
			chunk.Rejects = append(chunk.Rejects, *reject)
		}
		for range rows {
			offs = append(offs, int64(r.next))
		}
	}
	if b := r.decoder.Finish(); b != nil {
		b.Offs, b.Part = offs, 0
		if r.upsert {
			b.Kinds = make([]batch.RowKind, b.N)
			for i := range b.Kinds {
				b.Kinds[i] = batch.UpdateAfter
			}
		}
		chunk.Batch = b
	}
	chunk.Next = component.Position(strconv.Itoa(r.next))
	return chunk, nil
}

// Lag returns how many rows are left.
func (r *reader) Lag() int64 { return int64(len(r.records) - r.next) }

// Close has nothing to close.
func (r *reader) Close() error { return nil }

// recordsOf makes a decoder and finds its records in the text.
func recordsOf(text string, format *component.Spec, params component.Params, target component.DecodeTarget) (component.Decoder, [][]byte, error) {
	if format.Format.NewDecoder == nil {
		return nil, nil, fmt.Errorf("the format %q cannot be read", format.Name)
	}
	decoder, err := format.Format.NewDecoder(params, target)
	if err != nil {
		return nil, nil, err
	}
	split, header := convert.SplitLine, func([]byte) (bool, error) { return false, nil }
	if s, ok := decoder.(component.StreamDecoder); ok {
		split, header = s.Split, s.Header
	}
	var records [][]byte
	first := true
	for data := []byte(text); len(data) > 0; {
		record, advance := split(data, true)
		if advance <= 0 {
			break
		}
		data = data[advance:]
		if record == nil {
			continue
		}
		if first {
			first = false
			used, err := header(record)
			if err != nil {
				return nil, nil, fmt.Errorf("reading the header: %w", err)
			}
			if used {
				continue
			}
		}
		records = append(records, record)
	}
	return decoder, records, nil
}
