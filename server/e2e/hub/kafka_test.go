package hub

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/assets/catalog"
	"millrace/components/component"
	"millrace/server/e2e/parts"
)

// freePorts are ports that nobody listened on a moment ago.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var out []int
	for range n {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		out = append(out, l.Addr().(*net.TCPAddr).Port)
	}
	return out
}

// issuer signs certificates.
type issuer struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &issuer{t, cert, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

func (i *issuer) issue(name string) (cert, key string) {
	i.t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(i.t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, i.cert, &own.PublicKey, i.key)
	require.NoError(i.t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(own)
	require.NoError(i.t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}

// TestKafkaWithTLSAndLogins runs an Apache Kafka whose one listener for clients wants TLS, a client certificate and a login.
func TestKafkaWithTLSAndLogins(t *testing.T) {
	parts.RequireKafka(t)
	ca, stranger := newIssuer(t), newIssuer(t)
	dir := t.TempDir()
	ports := freePorts(t, 3)
	text, err := json.Marshal(map[string]int{"broker_0": ports[0], "controller_0": ports[1]})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ports.json"), text, 0o600))
	cert, key := ca.issue("localhost")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broker.pem"), []byte(key+cert), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), []byte(ca.pem), 0o600))
	const listener = "listener.name.secure."
	k, err := parts.StartKafka(t.Context(), parts.KafkaOptions{Dir: dir, Settings: map[string]string{
		"listeners":                                 fmt.Sprintf("PLAINTEXT://127.0.0.1:%d,SECURE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d", ports[0], ports[2], ports[1]),
		"advertised.listeners":                      fmt.Sprintf("PLAINTEXT://127.0.0.1:%d,SECURE://localhost:%d", ports[0], ports[2]),
		"listener.security.protocol.map":            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
		listener + "ssl.keystore.type":              "PEM",
		listener + "ssl.keystore.location":          filepath.Join(dir, "broker.pem"),
		listener + "ssl.truststore.type":            "PEM",
		listener + "ssl.truststore.location":        filepath.Join(dir, "ca.pem"),
		listener + "ssl.client.auth":                "required",
		listener + "sasl.enabled.mechanisms":        "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
		listener + "plain.sasl.jaas.config":         `org.apache.kafka.common.security.plain.PlainLoginModule required user_pat="right-plain";`,
		listener + "scram-sha-256.sasl.jaas.config": `org.apache.kafka.common.security.scram.ScramLoginModule required;`,
		listener + "scram-sha-512.sasl.jaas.config": `org.apache.kafka.common.security.scram.ScramLoginModule required;`,
	}})
	require.NoError(t, err)
	t.Cleanup(k.Kill)

	inside, err := kgo.NewClient(kgo.SeedBrokers(fmt.Sprintf("127.0.0.1:%d", ports[0])))
	require.NoError(t, err)
	defer inside.Close()
	admin := kadm.NewClient(inside)
	altered, err := admin.AlterUserSCRAMs(t.Context(), nil, []kadm.UpsertSCRAM{
		{User: "sue", Mechanism: kadm.ScramSha256, Iterations: 4096, Password: "right-256"}, {User: "sam", Mechanism: kadm.ScramSha512, Iterations: 4096, Password: "right-512"}})
	require.NoError(t, err)
	require.NoError(t, altered.Error())
	_, err = admin.CreateTopic(t.Context(), 2, 1, map[string]*string{"cleanup.policy": kadm.StringPtr("compact")}, "songs")
	require.NoError(t, err)
	for i := range 20 {
		require.NoError(t, inside.ProduceSync(t.Context(), &kgo.Record{Topic: "songs", Key: fmt.Append(nil, i), Value: fmt.Appendf(nil, `{"song_id":%d,"title":"t"}`, i)}).FirstErr())
	}

	h := newHub(t)
	own, ownKey := ca.issue("client")
	other, otherKey := stranger.issue("client")
	good := map[string]any{"brokers": []string{fmt.Sprintf("localhost:%d", ports[2])}, "tls": true, "tls_ca": ca.pem, "tls_cert": own, "tls_key": ownKey,
		"sasl": "scram_sha_512", "username": "sam", "password": "right-512", "timeout": "8s"}
	// The broker learns of the users a moment after the controller has them.
	ready := connect(t, h, "ready", "kafka", good)
	require.Eventually(t, func() bool {
		check, err := h.CheckConnection(t.Context(), ready.ID)
		return err == nil && check.OK
	}, 30*time.Second, 100*time.Millisecond)
	for i, c := range []struct {
		change map[string]any
		code   string
	}{
		{nil, ""},
		{map[string]any{"sasl": "scram_sha_256", "username": "sue", "password": "right-256"}, ""},
		{map[string]any{"sasl": "plain", "username": "pat", "password": "right-plain"}, ""},
		{map[string]any{"password": "not-the-password"}, "kafka.authentication_failed"},
		{map[string]any{"sasl": "plain", "username": "pat", "password": "not-the-password"}, "kafka.authentication_failed"},
		{map[string]any{"tls_ca": stranger.pem}, "kafka.unreachable"},
		{map[string]any{"tls_cert": other, "tls_key": otherKey}, "kafka.unreachable"},
		{map[string]any{"tls_server_name": "elsewhere"}, "kafka.unreachable"},
	} {
		params := maps.Clone(good)
		maps.Copy(params, c.change)
		e := connect(t, h, fmt.Sprint("k", i), "kafka", params)
		begun := time.Now()
		check, err := h.CheckConnection(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, c.code, string(check.Code), "%d: %s", i, check.Message)
		require.Less(t, time.Since(begun), 11*time.Second)
		require.NotContains(t, check.Message, "not-the-password")
	}

	e, ok := h.Latest().ConnectionEntry("k0")
	require.True(t, ok)
	songs := discover(t, h, e.ID, catalog.Search{})["songs"]
	require.Equal(t, component.TableChangelog, songs.Kind)
	require.Equal(t, []string{"song_id"}, songs.Schema.Key)
	require.Equal(t, "compact", songs.Facts.Cleanup)
	done, err := h.Register(t.Context(), e.ID, []catalog.Chosen{{Physical: "songs"}})
	require.NoError(t, err)
	require.Empty(t, done[0].Diagnostics)

	// The producer has become another: the topic is no longer compacted, titles are numbers, and there is a new member.
	_, err = admin.AlterTopicConfigs(t.Context(), []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "cleanup.policy", Value: kadm.StringPtr("delete")}}, "songs")
	require.NoError(t, err)
	for i := range 200 {
		require.NoError(t, inside.ProduceSync(t.Context(), &kgo.Record{Topic: "songs", Key: fmt.Append(nil, i), Value: fmt.Appendf(nil, `{"song_id":"s%d","rank":1}`, i)}).FirstErr())
	}
	drift, err := h.CheckDrift(t.Context(), done[0].ID)
	require.NoError(t, err)
	kinds := map[string]catalog.Severity{}
	for _, d := range drift.Changes {
		kinds[string(d.Kind)+" "+d.Column] = d.Severity
	}
	require.Equal(t, catalog.Breaking, kinds["records_rejected song_id"], "%+v", drift.Changes)
	require.Equal(t, catalog.Breaking, kinds["cleanup "])
	require.Equal(t, catalog.Harmless, kinds["column_added rank"])
}
