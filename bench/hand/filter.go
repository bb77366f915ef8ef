package hand

import (
	"context"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/topics"
)

// Bare reads a topic and touches each record's length, which it returns summed up.
func Bare(ctx context.Context, broker, in string) (int64, error) {
	lengths := make(chan int64, 64)
	err := topics.EachPartition(ctx, broker, in, func(ctx context.Context, partition int32, end int64) error {
		client, err := topics.NewReader(broker, in, partition)
		if err != nil {
			return err
		}
		defer client.Close()
		var sum int64
		err = topics.Read(ctx, client, end, func(records []*kgo.Record) error {
			for _, r := range records {
				sum += int64(len(r.Value))
			}
			return nil
		})
		lengths <- sum
		return err
	})
	close(lengths)
	var total int64
	for n := range lengths {
		total += n
	}
	return total, err
}

// Filter is job (a): the plays longer than 30 s, five fields and the seconds, to another topic.
func Filter(ctx context.Context, broker, in, out string) error {
	return topics.EachPartition(ctx, broker, in, func(ctx context.Context, partition int32, end int64) error {
		o, err := newOutput(broker, in, out, partition)
		if err != nil {
			return err
		}
		defer o.client.Close()
		err = topics.Read(ctx, o.client, end, func(records []*kgo.Record) error {
			// One allocation for the values and one for the records of a batch. Where the guess is too small, append moves on to
			// a new array and the values made so far keep the old one.
			values := make([]byte, 0, 80*len(records))
			made := make([]kgo.Record, 0, len(records))
			now := time.Now() // the client would ask the clock for each record
			for _, r := range records {
				from := len(values)
				var pass bool
				if values, pass = appendLongPlay(values, r.Value); pass {
					made = append(made, kgo.Record{Value: values[from:len(values):len(values)], Timestamp: now})
					o.produce(ctx, &made[len(made)-1])
				}
			}
			return o.err()
		})
		if err != nil {
			return err
		}
		return o.flush(ctx)
	})
}

// appendLongPlay appends the output row of an event and reports whether it has one. It leaves at the first field that decides
// against it.
func appendLongPlay(b, event []byte) ([]byte, bool) {
	var user, song, platform, group, ts []byte
	var ms int64
	s := scanner{text: event}
	for seen := 0; seen < 7; {
		key, value, ok := s.next()
		if !ok {
			return b, false
		}
		switch string(key) {
		case "user_id":
			user = value
		case "song_id":
			song = value
		case "event":
			if string(value) != "play" {
				return b, false
			}
		case "ms_played":
			if ms = integer(value); ms <= 30_000 {
				return b, false
			}
		case "platform":
			platform = value
		case "exp_group":
			group = value
		case "ts":
			ts = value
		default:
			continue
		}
		seen++
	}
	// Text that goes out as it came in is not even parsed.
	b = append(append(b, `{"user_id":`...), user...)
	b = append(append(b, `,"song_id":`...), song...)
	b = append(append(b, `,"platform":"`...), platform...)
	b = append(append(b, `","exp_group":"`...), group...)
	b = append(append(b, `","ts":`...), ts...)
	b = strconv.AppendInt(append(b, `,"seconds":`...), ms/1000, 10)
	b = append(b, '.', byte('0'+ms/100%10), byte('0'+ms/10%10), byte('0'+ms%10))
	return append(b, '}'), true
}
