package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"millrace/bench/check"
	"millrace/bench/latency"
	"millrace/bench/writer"
	"millrace/server/embedded/olap"
)

func (b *harness) warehouseCPU() float64 {
	if b.warehouse == nil {
		return 0
	}
	return serverCPU(b.warehouse.State().PID)
}

func (b *harness) startWarehouse(ctx context.Context) error {
	library, err := olap.FindLibrary("")
	if err != nil {
		return err
	}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	b.warehouse, err = olap.Start(ctx, olap.Options{Library: library, DataDir: filepath.Join(b.dir, "olap"), Log: quiet})
	return err
}

// password is what the environment of the jobs needs for ClickHouse.
func (b *harness) password() []string {
	if b.warehouse == nil {
		return nil
	}
	return []string{passwordEnv + "=" + b.warehouse.Password()}
}

func (b *harness) table(name string) string { return b.warehouse.Database() + "." + name }

// target is the table of ClickHouse that a task works with.
func (b *harness) target(task string) writer.Target {
	if b.warehouse == nil {
		return writer.Target{}
	}
	table := writtenTable
	if task == watchRows {
		table = visibleTable
	}
	return writer.Target{Addr: b.warehouse.Addr(), Database: b.warehouse.Database(), User: b.warehouse.User(), Table: table}
}

// emptyTable removes the job's table. What the engine does not make is made anew.
func (b *harness) emptyTable(ctx context.Context, j job) error {
	if _, err := b.query(ctx, "DROP TABLE IF EXISTS "+b.table(j.table)+" SYNC"); err != nil || j.table != writtenTable {
		return err
	}
	_, err := b.query(ctx, writer.Create(b.table(j.table)))
	return err
}

// checkTable compares what the job's table holds with what it should.
func (b *harness) checkTable(ctx context.Context, j job, visible *latency.Result) error {
	var sql, want string
	switch {
	case j.live():
		sql = "SELECT count(), uniqExact(lane, n) FROM " + b.table(j.table)
		want = fmt.Sprintf("%d\t%d", visible.Passed, visible.Passed)
	case j.table == writtenTable:
		sql = "SELECT count(), sum(ms_played), sum(toUnixTimestamp64Milli(ts)) FROM " + b.table(j.table)
		count, played, ts := writer.Sums(b.Events, seed)
		want = fmt.Sprintf("%d\t%d\t%d", count, played, ts)
	default:
		return b.checkWarehouse(ctx)
	}
	got, err := b.query(ctx, sql)
	if err != nil {
		return err
	}
	if text := strings.TrimSpace(string(got)); text != want {
		return fmt.Errorf("%s is %q, not %q", sql, text, want)
	}
	return nil
}

// checkWarehouse compares the rows of ClickHouse's table.
func (b *harness) checkWarehouse(ctx context.Context) error {
	text, err := b.query(ctx, "SELECT toUnixTimestamp64Milli(window_start) AS window_start, toUnixTimestamp64Milli(window_end) AS window_end, "+
		"platform, exp_group, plays, ms_played, users FROM "+b.table(byMinuteTable)+" FORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers=0")
	if err != nil {
		return err
	}
	want, err := check.Read(b.expected())
	if err != nil {
		return err
	}
	return want.TextWindows("table "+b.table(byMinuteTable), text)
}

// query asks ClickHouse over HTTP.
func (b *harness) query(ctx context.Context, sql string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.warehouse.HTTPURL()+"/?wait_end_of_query=1", strings.NewReader(sql))
	if err != nil {
		return nil, fmt.Errorf("building the request: %w", err)
	}
	req.Header.Set("X-ClickHouse-User", b.warehouse.User())
	req.Header.Set("X-ClickHouse-Key", b.warehouse.Password())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking ClickHouse: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("reading ClickHouse's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ClickHouse answered %s: %s", resp.Status, bytes.TrimSpace(text))
	}
	return text, nil
}
