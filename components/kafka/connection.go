package kafka

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"millrace/components/component"
	"millrace/components/internal/secure"
)

const (
	defaultPort = "9092"
	// defaultTimeout bounds opening: connecting, listing, fencing.
	defaultTimeout = 15 * time.Second
	// checkedBrokers bounds how many brokers a check asks one by one.
	checkedBrokers = 32
)

// cluster is a connection ready for use.
type cluster struct {
	name    string
	opts    []kgo.Opt
	timeout time.Duration
	log     *logger
}

// openCluster turns a connection's parameters into client options. clientID is used where the connection names none.
func openCluster(conn *component.Connection, clientID string, log *logger) (*cluster, error) {
	p := conn.Params
	c := &cluster{name: conn.Name, timeout: p.Duration("timeout"), log: log}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if id := p.String("client_id"); id != "" {
		clientID = id
	}
	clientID = clientID[:min(len(clientID), 250)] // the client's own limit is 256
	seeds, err := brokers(p.Strings("brokers"))
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", conn.Name)
	}
	settings, err := secure.Config(p)
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", conn.Name)
	}
	c.opts = []kgo.Opt{kgo.SeedBrokers(seeds...), kgo.ClientID(clientID), kgo.WithLogger(log), kgo.SoftwareNameAndVersion("millrace", "1"),
		// The addresses that brokers advertise are dialled the same way as those of the connection.
		kgo.Dialer(func(ctx context.Context, network, address string) (net.Conn, error) {
			return secure.Dial(ctx, conn, settings, c.timeout, network, address)
		})}
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

// client makes a client of the cluster; nothing is dialled yet.
func (c *cluster) client(opts ...kgo.Opt) (*kgo.Client, error) {
	cl, err := kgo.NewClient(append(c.opts[:len(c.opts):len(c.opts)], opts...)...)
	if err != nil {
		return nil, component.Permanent(CodeBadConnection, err, "", "reading connection %q", c.name)
	}
	return cl, nil
}

// check reaches the cluster: it logs in, lists the brokers and asks each of them at the address it advertises.
func check(ctx context.Context, conn *component.Connection) error {
	c, err := openCluster(conn, "millrace-check", newLogger(nil))
	if err != nil {
		return err
	}
	cl, err := c.client(kgo.RetryTimeout(c.timeout), kgo.RequestRetries(1))
	if err != nil {
		return err
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	all, err := kadm.NewClient(cl).ListBrokers(ctx)
	if err != nil {
		return classify(err, "reaching "+strings.Join(conn.Params.Strings("brokers"), ", "))
	}
	for i, b := range all {
		if i == checkedBrokers {
			break
		}
		if _, err := cl.Broker(int(b.NodeID)).RetriableRequest(ctx, kmsg.NewPtrApiVersionsRequest()); err != nil {
			return classify(err, fmt.Sprintf("reaching broker %d at the address it advertises, %s:%d", b.NodeID, b.Host, b.Port))
		}
	}
	return nil
}
