package writer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"millrace/components/clickhouse"
	"millrace/components/component"
)

// Target is where the rows go.
type Target struct {
	Addr     string `json:"addr"` // of the native protocol
	Database string `json:"database"`
	User     string `json:"user"`
	Password string `json:"-"`
	Table    string `json:"table"` // it is there, and empty
}

// eachBlock calls write for every block of n rows; the last may be smaller.
func eachBlock(n int64, write func(block, rows int) error) error {
	for block := 0; n > 0; block++ {
		rows := int(min(n, Block))
		if err := write(block, rows); err != nil {
			return fmt.Errorf("writing block %d: %w", block, err)
		}
		n -= int64(rows)
	}
	return nil
}

// Bare writes n rows with the driver and nothing else.
func Bare(ctx context.Context, to Target, n int64, seed uint64) error {
	conn, err := ch.Open(&ch.Options{
		Addr: []string{to.Addr}, Auth: ch.Auth{Database: to.Database, Username: to.User, Password: to.Password},
		Compression: &ch.Compression{Method: ch.CompressionLZ4},
	})
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", to.Addr, err)
	}
	defer func() { _ = conn.Close() }()
	whole := makeRows(seed)
	return eachBlock(n, func(block, rows int) error {
		r := whole.first(rows)
		settings := ch.Settings{"async_insert": 0, "insert_deduplication_token": strconv.Itoa(block)}
		b, err := conn.PrepareBatch(ch.Context(ctx, ch.WithSettings(settings)), "INSERT INTO "+to.Table+" ("+Columns+")")
		if err != nil {
			return err
		}
		defer func() { _ = b.Close() }()
		for i, column := range []any{r.user, r.event, r.played, r.platform, r.ts} {
			if err := b.Column(i).Append(column); err != nil {
				return err
			}
		}
		return b.Send()
	})
}

// Sink writes n rows through the engine's sink, which checks every batch first, as the engine does.
func Sink(ctx context.Context, to Target, n int64, seed uint64) (err error) {
	sink, err := to.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()
	s, err := fields()
	if err != nil {
		return err
	}
	made := makeRows(seed)
	whole := made.batches(s)
	return eachBlock(n, func(block, rows int) error {
		batches := whole
		if rows < Block {
			batches = made.first(rows).batches(s)
		}
		for _, b := range batches {
			if rejects := sink.Check(b); len(rejects) > 0 {
				return fmt.Errorf("the sink rejects %d rows", len(rejects))
			}
		}
		return sink.Apply(ctx, component.ChunkRef{Token: strconv.Itoa(block), Epoch: int64(block)}, batches)
	})
}

// open opens the engine's sink for the table as it is.
func (to Target) open(ctx context.Context) (component.StagedSink, error) {
	registry, err := component.NewRegistry(clickhouse.Specs()...)
	if err != nil {
		return nil, fmt.Errorf("registering the component: %w", err)
	}
	spec, ok := registry.Get(component.KindSink, clickhouse.Name)
	if !ok {
		return nil, errors.New("there is no ClickHouse sink")
	}
	params, err := json.Marshal(map[string]string{"connection": "warehouse", "table": "ads." + to.Database + "." + to.Table, "physical": to.Table})
	if err != nil {
		return nil, fmt.Errorf("encoding the sink's parameters: %w", err)
	}
	s, err := fields()
	if err != nil {
		return nil, err
	}
	opened, err := spec.Sink.Open(ctx, component.SinkContext{Params: params, Connections: to, Registry: registry, Schema: s, Sink: "bench/out",
		Pipeline: "bench", Installation: "bench"})
	if err != nil {
		return nil, fmt.Errorf("opening the sink: %w", err)
	}
	staged, ok := opened.(component.StagedSink)
	if !ok {
		return nil, errors.Join(errors.New("the ClickHouse sink takes no staged chunks"), opened.Close())
	}
	if p := staged.Promise(); !p.ExactlyOnce {
		return nil, errors.Join(errors.New("the sink does not promise exactly once: "+p.Why), opened.Close())
	}
	return staged, nil
}

// Open returns the one connection there is.
func (to Target) Open(string) (*component.Connection, error) {
	return &component.Connection{Name: "warehouse", Component: clickhouse.Name, Params: component.NewParams(map[string]any{
		"addresses": []any{to.Addr}, "username": to.User, "password": to.Password, "database": to.Database, "compression": "lz4",
		"timeout": 10 * time.Second})}, nil
}
