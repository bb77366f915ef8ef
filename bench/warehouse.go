package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"millrace/bench/check"
)

func (b *harness) warehouseCPU() float64 {
	if b.warehouse == nil {
		return 0
	}
	return serverCPU(b.warehouse.State().PID)
}

func (b *harness) table() string { return b.warehouse.Database() + "." + byMinuteTable }

// checkWarehouse compares the rows of ClickHouse's table.
func (b *harness) checkWarehouse(ctx context.Context) error {
	text, err := b.query(ctx, "SELECT toUnixTimestamp64Milli(window_start) AS window_start, toUnixTimestamp64Milli(window_end) AS window_end, "+
		"platform, exp_group, plays, ms_played, users FROM "+b.table()+" FORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers=0")
	if err != nil {
		return err
	}
	want, err := check.Read(b.expected())
	if err != nil {
		return err
	}
	return want.TextWindows("table "+b.table(), text)
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
