package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"maps"
	"math/big"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"millrace/components/component"
	"millrace/components/reach"
)

// to is a connection to one broker.
func to(broker string, more map[string]any) *component.Connection {
	values := map[string]any{"brokers": []any{broker}, "timeout": 5 * time.Second}
	maps.Copy(values, more)
	return &component.Connection{Name: "events", Component: Name, Params: component.NewParams(values)}
}

// authority signs certificates for tests.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &authority{t, cert, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

// issue returns a certificate and its key in PEM.
func (a *authority) issue(names ...string) (cert, key string) {
	a.t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: names, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &own.PublicKey, a.key)
	require.NoError(a.t, err)
	keyDER, err := x509.MarshalECPrivateKey(own)
	require.NoError(a.t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}))
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

func TestTLSAndSASL(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	cert, key := ca.issue("broker.test")
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	require.NoError(t, err)
	secured := kfake.MustCluster(kfake.NumBrokers(2), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "u256", "right256"),
		kfake.Superuser("SCRAM-SHA-512", "u512", "right512"), kfake.Superuser("PLAIN", "plain", "rightplain"),
		kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: ca.pool(), ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}))
	defer secured.Close()
	own, ownKey := ca.issue("client")
	other, otherKey := stranger.issue("client")
	good := map[string]any{"tls": true, "tls_ca": ca.pem, "tls_cert": own, "tls_key": ownKey, "tls_server_name": "broker.test",
		"sasl": "scram_sha_512", "username": "u512", "password": "right512"}
	for _, c := range []struct {
		name   string
		change map[string]any
		want   string
	}{
		{"scram 512", nil, ""},
		{"scram 256", map[string]any{"sasl": "scram_sha_256", "username": "u256", "password": "right256"}, ""},
		{"plain", map[string]any{"sasl": "plain", "username": "plain", "password": "rightplain"}, ""},
		// The fake closes the connection where Apache Kafka says why; server/e2e tests against that.
		{"wrong password", map[string]any{"password": "nothing"}, "closed the connection"},
		{"unknown user", map[string]any{"username": "nobody"}, "closed the connection"},
		{"a login of another kind", map[string]any{"sasl": "plain"}, "closed the connection"},
		{"another authority", map[string]any{"tls_ca": stranger.pem}, "TLS could not be set up"},
		{"another name", map[string]any{"tls_server_name": "other.test"}, "TLS could not be set up"},
		{"a name that is not in the certificate", map[string]any{"tls_server_name": ""}, "TLS could not be set up"},
		{"not verified, as asked", map[string]any{"tls_server_name": "", "tls_ca": "", "tls_skip_verify": true}, ""},
		{"a stranger's certificate", map[string]any{"tls_cert": other, "tls_key": otherKey}, "TLS could not be set up"},
		{"no TLS", map[string]any{"tls": false}, "kafka.unreachable"},
		{"half a certificate", map[string]any{"tls_key": ""}, "belong together"},
		{"no certificate authority", map[string]any{"tls_ca": "nothing"}, "no PEM certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := maps.Clone(good)
			maps.Copy(values, c.change)
			err := check(t.Context(), to(secured.ListenAddrs()[0], values))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "right512")
			require.NotContains(t, err.Error(), "nothing\"")
		})
	}
}

func TestWhatBrokersAdvertiseIsReachedTheSameWay(t *testing.T) {
	cluster := kfake.MustCluster(kfake.NumBrokers(2))
	defer cluster.Close()
	_, port, err := net.SplitHostPort(cluster.ListenAddrs()[0])
	require.NoError(t, err)
	guard, err := reach.New(reach.Rules{Allow: []string{"127.0.0.1:" + port}})
	require.NoError(t, err)
	conn := to(cluster.ListenAddrs()[0], nil)
	conn.Reach = guard
	begun := time.Now()
	err = check(t.Context(), conn)
	require.ErrorContains(t, err, string(reach.CodeDenied), "the second broker's address is not allowed")
	require.Less(t, time.Since(begun), 4*time.Second)

	guard, err = reach.New(reach.Rules{})
	require.NoError(t, err)
	conn = to("169.254.169.254:80", nil)
	conn.Reach = guard
	require.ErrorContains(t, check(t.Context(), conn), string(reach.CodeDenied))
}

func TestCheckInPlainWords(t *testing.T) {
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	refused := free.Addr().(*net.TCPAddr).Port
	require.NoError(t, free.Close())
	for name, c := range map[string]struct{ address, want string }{
		"a name that does not resolve": {"broker.invalid:9092", "does not resolve"},
		"nobody listens":               {"127.0.0.1:" + strconv.Itoa(refused), "was refused"},
		"nobody answers":               {silent.Addr().String(), "in time"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			require.ErrorContains(t, check(ctx, to(c.address, map[string]any{"timeout": time.Second})), c.want)
		})
	}
}
