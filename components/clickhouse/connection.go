package clickhouse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/component"
)

const defaultTimeout = 10 * time.Second

// options turns a connection's parameters into the client's.
func options(p component.Params) (*ch.Options, error) {
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
	port := "9000"
	if p.Bool("tls") {
		port = "9440"
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: p.Bool("tls_skip_verify")} //nolint:gosec // chosen by the user, warned of in the form
		if ca := p.String("tls_ca"); ca != "" {
			pool := x509.NewCertPool()
			if !pool.AppendCertsFromPEM([]byte(ca)) {
				return nil, component.Permanent(CodeBadConnection, nil, "", "reading tls_ca: no PEM certificate in it")
			}
			o.TLS.RootCAs = pool
		}
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
func dial(ctx context.Context, p component.Params) (driver.Conn, error) {
	o, err := options(p)
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

// check reaches the server and the connection's database.
func check(ctx context.Context, p component.Params) error {
	conn, err := dial(ctx, p)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	var one uint8
	if err := conn.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
		return classify(err, fmt.Sprintf("querying the database %q", p.String("database")))
	}
	return nil
}
