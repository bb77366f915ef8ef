package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/topics"
)

// TopicLongPlays reads the committed rows of a topic that job (a) wrote and compares them.
func (e *Expected) TopicLongPlays(ctx context.Context, broker, topic string) error {
	var mu sync.Mutex
	var got LongPlays
	err := eachRow(ctx, broker, topic, func() (func([]byte) error, func()) {
		var part LongPlays
		return part.read, func() {
			mu.Lock()
			defer mu.Unlock()
			got.merge(&part)
		}
	})
	if err != nil {
		return err
	}
	if got != e.LongPlays {
		return fmt.Errorf("topic %s holds %+v, and %+v was expected", topic, got, e.LongPlays)
	}
	return nil
}

func (l *LongPlays) read(value []byte) error {
	var row struct {
		longPlay
		Seconds json.Number `json:"seconds"`
	}
	if err := strict(value, &row); err != nil {
		return err
	}
	millis, err := thousandths(row.Seconds.String())
	if err != nil {
		return fmt.Errorf("reading row %q: %w", value, err)
	}
	l.add(row.longPlay, millis)
	return nil
}

// thousandths returns 1000 times a decimal number that is not negative and has no finer digits.
func thousandths(s string) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" {
		return 0, errors.New("there is no number")
	}
	if len(fraction) > 3 {
		return 0, fmt.Errorf("%s has digits after the third decimal", s)
	}
	n, err := strconv.ParseUint(whole+(fraction + "000")[:3], 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is no such number", s)
	}
	return int64(n), nil
}

// TopicWindows reads the committed rows of a topic that job (b) wrote and compares them.
func (e *Expected) TopicWindows(ctx context.Context, broker, topic string) error {
	var mu sync.Mutex
	var got []Window
	err := eachRow(ctx, broker, topic, func() (func([]byte) error, func()) {
		row := func(value []byte) error {
			w, err := readWindow(value)
			mu.Lock()
			defer mu.Unlock()
			got = append(got, w)
			return err
		}
		return row, func() {}
	})
	if err != nil {
		return err
	}
	return e.CompareWindows("topic "+topic, got)
}

// TextWindows compares rows of job (b) in a text of one JSON object a line; where says where they come from.
func (e *Expected) TextWindows(where string, text []byte) error {
	var got []Window
	for line := range bytes.Lines(text) {
		w, err := readWindow(line)
		if err != nil {
			return err
		}
		got = append(got, w)
	}
	return e.CompareWindows(where, got)
}

func readWindow(value []byte) (Window, error) {
	var w struct {
		Window
		End int64 `json:"window_end"`
	}
	if err := strict(value, &w); err != nil {
		return Window{}, err
	}
	if w.End != w.Start+minute {
		return Window{}, fmt.Errorf("reading row %q: it ends at the wrong time", value)
	}
	return w.Window, nil
}

// CompareWindows compares rows of job (b), in any order; where says where they lie.
func (e *Expected) CompareWindows(where string, got []Window) error {
	const most = 5
	var wrong []error
	report := func(format string, args ...any) {
		if len(wrong) < most {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	rows := make(map[Key]Window, len(got))
	for _, w := range got {
		if _, twice := rows[w.Key]; twice {
			report("%s holds window %+v twice", where, w.Key)
		}
		rows[w.Key] = w
	}
	for _, want := range e.Windows {
		w, ok := rows[want.Key]
		delete(rows, want.Key)
		switch {
		case !ok:
			report("%s lacks window %+v", where, want)
		case w != want:
			report("%s holds window %+v, and %+v was expected", where, w, want)
		}
	}
	for _, w := range rows {
		report("%s holds window %+v, which nobody expected", where, w)
	}
	return errors.Join(wrong...)
}

// eachRow runs over the committed records of a topic, its partitions side by side. begin is called once a partition and returns
// what takes its rows and what is called after the last one.
func eachRow(ctx context.Context, broker, topic string, begin func() (row func([]byte) error, end func())) error {
	if err := topics.Settle(ctx, broker, topic); err != nil {
		return err
	}
	return topics.EachPartition(ctx, broker, topic, func(ctx context.Context, partition int32, end int64) error {
		client, err := topics.NewReader(broker, topic, partition)
		if err != nil {
			return err
		}
		defer client.Close()
		row, finished := begin()
		defer finished()
		return topics.Read(ctx, client, end, func(records []*kgo.Record) error {
			for _, r := range records {
				if r.Attrs.IsControl() {
					continue
				}
				if err := row(r.Value); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func strict(value []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(value))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("reading row %q: %w", value, err)
	}
	return nil
}
