package secure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"millrace/components/component"
)

// Fields are the parameters of TLS; Config reads them.
func Fields() []component.Field {
	// All of it but the client's own certificate says who is believed to be the server.
	shown := func(f component.Field) component.Field { return f.ShownIf("tls", "true").AsAdvanced() }
	return []component.Field{
		component.NewField("tls", component.FieldBool, "TLS", "TLS 加密").WithDefault(false).AsDestination(),
		shown(component.NewField("tls_ca", component.FieldText, "CA certificates", "CA 证书").Optional().AsDestination().
			WithHelp("PEM; left empty, the system's are used.", "PEM 格式；留空则使用系统证书。")),
		shown(component.NewField("tls_cert", component.FieldText, "Client certificate", "客户端证书").Optional().
			WithHelp("PEM, for servers that ask for one; the key belongs to it.", "PEM 格式；服务端要求客户端证书时填写，并同时提供私钥。")),
		shown(component.NewField("tls_key", component.FieldText, "Client key", "客户端私钥").Optional().AsSecret()),
		shown(component.NewField("tls_server_name", component.FieldString, "Name in the server's certificate", "服务端证书中的名称").Optional().AsDestination().
			WithHelp("Left empty, the name of the address.", "留空则使用地址中的主机名。")),
		shown(component.NewField("tls_skip_verify", component.FieldBool, "Do not verify the server's certificate", "不校验服务端证书").WithDefault(false).AsDestination().
			WithHelp("Anyone between here and the server can then read and change what is sent. For tests only.", "链路上的任何人都可能读取或篡改数据，仅用于测试。")),
	}
}

// Config returns the TLS settings of a connection, nil when it has none.
func Config(p component.Params) (*tls.Config, error) {
	if !p.Bool("tls") {
		return nil, nil
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: p.String("tls_server_name"),
		InsecureSkipVerify: p.Bool("tls_skip_verify")} //nolint:gosec // chosen by the user, warned of in the form
	if ca := p.String("tls_ca"); ca != "" {
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("reading tls_ca: no PEM certificate in it")
		}
	}
	cert, key := p.String("tls_cert"), p.String("tls_key")
	if (cert == "") != (key == "") {
		return nil, errors.New("tls_cert and tls_key belong together")
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

// Dial connects to host:port as far as the connection reaches, with TLS unless t is nil. timeout bounds both together.
func Dial(ctx context.Context, c *component.Connection, t *tls.Config, timeout time.Duration, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := c.Dial(ctx, network, address)
	if err != nil || t == nil {
		return conn, err
	}
	if t.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		t = t.Clone()
		t.ServerName = host
	}
	secured := tls.Client(conn, t)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error says more
		return nil, fmt.Errorf("tls: %w", err)
	}
	return secured, nil
}
