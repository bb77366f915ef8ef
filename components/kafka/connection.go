package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"millrace/components/component"
)

const (
	defaultPort = "9092"
	// defaultTimeout bounds opening: connecting, listing, fencing.
	defaultTimeout = 15 * time.Second
)

// cluster is a connection ready for use.
type cluster struct {
	name    string
	opts    []kgo.Opt
	timeout time.Duration
	log     *logger
}

// openCluster turns a connection's parameters into client options. clientID is used where the connection names none.
func openCluster(name string, p component.Params, clientID string, log *logger) (*cluster, error) {
	c := &cluster{name: name, timeout: p.Duration("timeout"), log: log}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if id := p.String("client_id"); id != "" {
		clientID = id
	}
	clientID = clientID[:min(len(clientID), 250)] // the client's own limit is 256
	seeds, err := brokers(p.Strings("brokers"))
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", name)
	}
	c.opts = []kgo.Opt{kgo.SeedBrokers(seeds...), kgo.ClientID(clientID), kgo.WithLogger(log), kgo.SoftwareNameAndVersion("millrace", "1")}
	if p.Bool("tls") {
		t, err := tlsConfig(p)
		if err != nil {
			return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", name)
		}
		c.opts = append(c.opts, kgo.DialTLSConfig(t))
	}
	user, password := p.String("username"), p.String("password")
	switch p.String("sasl") {
	case "plain":
		c.opts = append(c.opts, kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism()))
	case "scram_sha_256":
		c.opts = append(c.opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism()))
	case "scram_sha_512":
		c.opts = append(c.opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism()))
	}
	return c, nil
}

// brokers completes addresses with the default port.
func brokers(list []string) ([]string, error) {
	out := make([]string, 0, len(list))
	for _, b := range list {
		b = strings.TrimSpace(b)
		if b == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(b); err != nil {
			b = net.JoinHostPort(strings.Trim(b, "[]"), defaultPort)
			if _, _, err := net.SplitHostPort(b); err != nil {
				return nil, fmt.Errorf("reading broker address %q: %w", b, err)
			}
		}
		out = append(out, b)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no broker is given")
	}
	return out, nil
}

func tlsConfig(p component.Params) (*tls.Config, error) {
	t := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: p.Bool("tls_skip_verify")} //nolint:gosec // chosen by the user, warned of in the form
	if ca := p.String("tls_ca"); ca != "" {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(ca)) {
			return nil, fmt.Errorf("reading tls_ca: no PEM certificate in it")
		}
		t.RootCAs = pool
	}
	cert, key := p.String("tls_cert"), p.String("tls_key")
	if (cert == "") != (key == "") {
		return nil, fmt.Errorf("tls_cert and tls_key belong together")
	}
	if cert != "" {
		pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
		if err != nil {
			return nil, fmt.Errorf("reading tls_cert and tls_key: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

// client makes a client of the cluster; nothing is dialled yet.
func (c *cluster) client(opts ...kgo.Opt) (*kgo.Client, error) {
	cl, err := kgo.NewClient(append(c.opts[:len(c.opts):len(c.opts)], opts...)...)
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", c.name)
	}
	return cl, nil
}

// check reaches the cluster: it logs in and lists the brokers.
func check(ctx context.Context, p component.Params) error {
	c, err := openCluster("", p, "millrace-check", newLogger(nil))
	if err != nil {
		return err
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if _, err := kadm.NewClient(cl).ListBrokers(ctx); err != nil {
		return classify(err, "reaching "+strings.Join(p.Strings("brokers"), ", "))
	}
	return nil
}
