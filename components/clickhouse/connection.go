package clickhouse

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/component"
	"millrace/components/internal/secure"
)

const defaultTimeout = 10 * time.Second

// options turns a connection's parameters into the client's.
func options(c *component.Connection) (*ch.Options, error) {
	p := c.Params
	o := &ch.Options{
		Protocol:    ch.Native,
		Auth:        ch.Auth{Database: p.String("database"), Username: p.String("username"), Password: p.String("password")},
		ClientInfo:  ch.ClientInfo{Products: []struct{ Name, Version string }{{Name: "millrace", Version: "1"}}},
		DialTimeout: p.Duration("timeout"), MaxOpenConns: 2, MaxIdleConns: 1, ConnMaxLifetime: time.Hour,
		ReadTimeout:     10 * time.Minute,
		BlockBufferSize: 2,
	}
	if o.DialTimeout <= 0 {
		o.DialTimeout = defaultTimeout
	}
	settings, err := secure.Config(p)
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", c.Name)
	}
	port := "9000"
	if settings != nil {
		port = "9440"
	}
	o.DialContext = func(ctx context.Context, address string) (net.Conn, error) {
		return secure.Dial(ctx, c, settings, o.DialTimeout, "tcp", address)
	}
	for _, a := range p.Strings("addresses") {
		a = strings.TrimSpace(a)
		if _, _, err := net.SplitHostPort(a); err != nil {
			a = net.JoinHostPort(strings.Trim(a, "[]"), port)
		}
		o.Addr = append(o.Addr, a)
	}
	if len(o.Addr) == 0 {
		return nil, component.Permanent(CodeBadConnection, nil, "", "the connection has no address")
	}
	switch p.String("compression") {
	case "lz4":
		o.Compression = &ch.Compression{Method: ch.CompressionLZ4}
	case "zstd":
		o.Compression = &ch.Compression{Method: ch.CompressionZSTD}
	}
	return o, nil
}

// dial makes a client and reaches the server within the connection's timeout.
func dial(ctx context.Context, c *component.Connection) (driver.Conn, error) {
	o, err := options(c)
	if err != nil {
		return nil, err
	}
	what := "reaching " + strings.Join(o.Addr, ", ")
	conn, err := ch.Open(o)
	if err != nil {
		return nil, classify(err, what)
	}
	ctx, cancel := context.WithTimeout(ctx, o.DialTimeout)
	defer cancel()
	if err := conn.Ping(ctx); err != nil {
		_ = conn.Close()
		return nil, classify(err, what)
	}
	return conn, nil
}

// check reaches the server, logs in and looks for the connection's database.
func check(ctx context.Context, c *component.Connection) error {
	conn, err := dial(ctx, c)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	database := c.Params.String("database")
	var there uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM system.databases WHERE name = currentDatabase()").Scan(&there); err != nil {
		return classify(err, fmt.Sprintf("querying the database %q", database))
	}
	if there == 0 {
		return component.Permanent(CodeNotAuthorized, nil, "Ask the server's owner for the rights, or use another user.", "the user may not see the database %q", database)
	}
	return nil
}
