package file

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"millrace/components/component"
)

// defaultMaxRecord bounds a record where the engine does not.
const defaultMaxRecord = 16 << 20

type source struct {
	oc           component.SourceContext
	at           place
	path         string
	compression  string
	follow       bool
	poll         time.Duration
	parquet      bool
	format       *component.Spec
	formatParams component.Params
	// target is what the files' records are decoded to, and changes what becomes of that; nil when every record is a row of its own.
	target  component.DecodeTarget
	changes *changes
	// bounds holds, in a bounded run, the files and the sizes they had when the source was opened.
	bounds map[string]int64
	files  []string
}

var _ component.Source = (*source)(nil)

func open(_ context.Context, oc component.SourceContext) (component.Source, error) {
	p, err := component.DecodeJSON(sourceFields(), oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	s := &source{
		oc: oc, path: p.String("path"), compression: p.String("compression"), poll: p.Duration("poll_interval"),
		follow: p.String("mode") == modeFollow && !oc.Bounded, parquet: p.String("format") == formatParquet,
	}
	if s.poll <= 0 {
		s.poll = defaultPoll
	}
	if oc.MaxRecordBytes <= 0 {
		s.oc.MaxRecordBytes = defaultMaxRecord
	}
	if oc.BatchRows <= 0 {
		s.oc.BatchRows = 4096
	}
	s.oc.Target.MaxRecordBytes = s.oc.MaxRecordBytes
	s.changes, s.target = newChanges(p, s.oc.Target)
	if !s.parquet {
		if s.format, s.formatParams, err = formatOf(oc.Registry, p); err != nil {
			return nil, err
		}
	}
	if s.at, err = placeOf(oc.Connections, p.String("connection")); err != nil {
		return nil, err
	}
	if err := s.look(); err != nil {
		return nil, errors.Join(err, s.at.Close())
	}
	return s, nil
}

// look lists the files there are and, in a bounded run, how large they are.
func (s *source) look() error {
	var err error
	if s.files, err = s.glob(); err != nil || s.follow {
		return err
	}
	if len(s.files) == 0 {
		return component.Permanent(CodeNotFound, nil, "Correct the path, or use mode: follow to wait for files.", "no file matches %q", s.path)
	}
	s.bounds = map[string]int64{}
	for _, f := range s.files {
		info, err := s.at.stat(f)
		if err != nil {
			return component.Permanent(CodeUnreadable, err, "", "the file %q cannot be read", f)
		}
		s.bounds[f] = info.Size()
	}
	return nil
}

// glob lists the regular files the path names now, sorted.
func (s *source) glob() ([]string, error) {
	names, err := s.at.glob(s.path)
	if errors.Is(err, errOutside) {
		return nil, component.Permanent(CodeOutside, nil, outsideFix, "the path %q leads out of the connection's folder", s.path)
	}
	if err != nil {
		return nil, component.Permanent(CodePattern, err, "Write *, ? and [a-z] for parts of names.", "the path %q is no pattern", s.path)
	}
	out := names[:0]
	for _, n := range names {
		// A file that vanished since is simply not there.
		if info, err := s.at.stat(n); err == nil && info.Mode().IsRegular() {
			out = append(out, n)
		}
	}
	return out, nil
}

// Partitions lists the files: all there are now, or those of the beginning when the run is bounded.
func (s *source) Partitions(context.Context) ([]component.Partition, error) {
	files := s.files
	if s.follow {
		var err error
		if files, err = s.glob(); err != nil {
			return nil, err
		}
	}
	out := make([]component.Partition, len(files))
	for i, f := range files {
		out[i] = component.Partition{ID: f, Ordinal: -1}
	}
	return out, nil
}

// Open returns a reader of one file.
func (s *source) Open(_ context.Context, p component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	unit := "bytes:"
	if s.parquet {
		unit = "rows:"
	}
	at, err := parsePosition(from, unit)
	if err != nil {
		return nil, err
	}
	if s.parquet {
		return s.openParquet(p.ID, at)
	}
	return s.openRecords(p.ID, at, from == "" && fresh && s.oc.Start.Latest)
}

// Close lets go of the folder; readers own their files.
func (s *source) Close() error { return s.at.Close() }

func parsePosition(p component.Position, unit string) (int64, error) {
	if p == "" {
		return 0, nil
	}
	text, ok := strings.CutPrefix(string(p), unit)
	n, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || n < 0 {
		return 0, component.Permanent(CodePosition, nil, "The checkpoint was written for another source: start the pipeline anew.", "%q is not a position of this kind of file", p)
	}
	return n, nil
}

func position(unit string, n int64) component.Position {
	return component.Position(unit + strconv.FormatInt(n, 10))
}
