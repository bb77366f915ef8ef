package clickhouse

import (
	"crypto/tls"
	"encoding/binary"
	"encoding/pem"
	"maps"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/reach"
)

// refusing is a server that answers every greeting with an exception.
func refusing(t *testing.T, l net.Listener, code int32, name string) {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	text := func(s string) []byte { return append(binary.AppendUvarint(nil, uint64(len(s))), s...) }
	answer := binary.LittleEndian.AppendUint32([]byte{2}, uint32(code))
	answer = append(append(append(answer, text("DB::"+name)...), text("DB::Exception: "+name)...), text("stack")...)
	answer = append(answer, 0)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if _, err := c.Read(make([]byte, 4096)); err == nil {
					_, _ = c.Write(answer)
					_, _ = c.Read(make([]byte, 1)) // until the client has read it and goes
				}
			}()
		}
	}()
}

func at(address string, more map[string]any) *component.Connection {
	values := map[string]any{"addresses": []any{address}, "username": "u", "password": "not-the-password", "database": "d", "timeout": 3 * time.Second}
	maps.Copy(values, more)
	return &component.Connection{Name: "olap", Component: Name, Params: component.NewParams(values)}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

func TestCheckSaysWhatTheServerRefuses(t *testing.T) {
	for _, c := range []struct {
		code int32
		name string
		want string
	}{
		{codeAuthFailed, "AUTHENTICATION_FAILED", string(CodeAuthentication)}, {codeUnknownUser, "UNKNOWN_USER", string(CodeAuthentication)},
		{codeAccessDenied, "ACCESS_DENIED", string(CodeNotAuthorized)}, {codeUnknownDatabase, "UNKNOWN_DATABASE", "the database does not exist"},
		{202, "TOO_MANY_SIMULTANEOUS_QUERIES", "not ready"},
	} {
		l := listen(t)
		refusing(t, l, c.code, c.name)
		err := check(t.Context(), at(l.Addr().String(), nil))
		require.ErrorContains(t, err, c.want)
		require.NotContains(t, err.Error(), "not-the-password")
	}
	require.ErrorContains(t, check(t.Context(), at("127.0.0.1:1", nil)), "refused")
	guard, err := reach.New(reach.Rules{})
	require.NoError(t, err)
	c := at("169.254.169.254:9000", nil)
	c.Reach = guard
	require.ErrorContains(t, check(t.Context(), c), string(reach.CodeDenied))
}

func TestTLS(t *testing.T) {
	// Only for its certificate, which is for example.com and 127.0.0.1.
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	l := tls.NewListener(listen(t), &tls.Config{Certificates: s.TLS.Certificates, MinVersion: tls.VersionTLS12})
	refusing(t, l, codeAuthFailed, "AUTHENTICATION_FAILED")
	const reached, refused = string(CodeAuthentication), "TLS could not be set up"
	for name, c := range map[string]struct {
		more map[string]any
		want string
	}{
		"its authority":               {map[string]any{"tls_ca": ca}, reached},
		"by another name it has":      {map[string]any{"tls_ca": ca, "tls_server_name": "example.com"}, reached},
		"by a name it has not":        {map[string]any{"tls_ca": ca, "tls_server_name": "example.org"}, refused},
		"the system's authorities":    {nil, refused},
		"not verified, as asked":      {map[string]any{"tls_skip_verify": true}, reached},
		"no certificate in its place": {map[string]any{"tls_ca": "x"}, "no PEM certificate"},
		"a certificate without a key": {map[string]any{"tls_ca": ca, "tls_cert": ca}, "belong together"},
	} {
		t.Run(name, func(t *testing.T) {
			more := map[string]any{"tls": true}
			maps.Copy(more, c.more)
			require.ErrorContains(t, check(t.Context(), at(l.Addr().String(), more)), c.want)
		})
	}
}
