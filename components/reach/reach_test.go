package reach

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"millrace/components/component"
	"millrace/models/diag"
)

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		name     string
		rules    []string
		host     string
		resolved string
		want     bool
	}{
		{"anything", nil, "db.example.com", "10.1.2.3:9000", true},
		{"this machine", nil, "localhost", "127.0.0.1:9092", true},
		{"the metadata of a cloud", nil, "metadata", "169.254.169.254:80", false},
		{"written as IPv6", nil, "x", "[::ffff:169.254.169.254]:80", false},
		{"behind a translator", nil, "x", "[64:ff9b::a9fe:a9fe]:80", false},
		{"behind another translator", nil, "x", "[2002:a9fe:a9fe::1]:80", false},
		{"the metadata of other clouds", nil, "x", "100.100.100.200:80", false},
		{"in IPv6", nil, "x", "[fd00:ec2::254]:80", false},
		{"link-local", nil, "x", "[fe80::1%eth0]:80", false},
		{"multicast", nil, "x", "224.0.0.1:80", false},
		{"broadcast", nil, "x", "255.255.255.255:80", false},
		{"no address", nil, "x", "0.0.0.0:80", false},
		{"no address in IPv6", nil, "x", "[::]:80", false},
		{"a private block", []string{"10.0.0.0/8"}, "x", "10.9.9.9:1", true},
		{"beside it", []string{"10.0.0.0/8"}, "x", "11.0.0.1:1", false},
		{"written as IPv6, allowed", []string{"10.0.0.0/8"}, "x", "[::ffff:10.0.0.1]:1", true},
		{"the port", []string{"10.0.0.1:9000"}, "x", "10.0.0.1:9000", true},
		{"another port", []string{"10.0.0.1:9000"}, "x", "10.0.0.1:9001", false},
		{"a range of ports", []string{"10.0.0.0/8:9092-9094"}, "x", "10.0.0.1:9094", true},
		{"beyond the range", []string{"10.0.0.0/8:9092-9094"}, "x", "10.0.0.1:9095", false},
		{"IPv6 with a port", []string{"[2001:db8::/32]:9440"}, "x", "[2001:db8::1]:9440", true},
		{"IPv6 without", []string{"2001:db8::/32"}, "x", "[2001:db8::1]:1", true},
		{"a name", []string{"Kafka.Example.com:9092"}, "kafka.example.COM.", "10.0.0.1:9092", true},
		{"another name of the same address", []string{"kafka.example.com"}, "evil.example.com", "10.0.0.1:9092", false},
		{"below a name", []string{"*.example.com"}, "a.b.example.com", "10.0.0.1:1", true},
		{"not the name itself", []string{"*.example.com"}, "example.com", "10.0.0.1:1", false},
		{"nor one that only ends so", []string{"*.example.com"}, "evilexample.com", "10.0.0.1:1", false},
		{"an allowed name that points to metadata", []string{"*.example.com"}, "a.example.com", "169.254.169.254:80", false},
		{"everything is not metadata", []string{"0.0.0.0/0"}, "x", "169.254.169.254:80", false},
		{"metadata, named", []string{"169.254.169.254:80"}, "x", "169.254.169.254:80", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := New(Rules{Allow: c.rules})
			require.NoError(t, err)
			err = g.check(c.host, c.resolved)
			if c.want {
				require.NoError(t, err)
				return
			}
			var d *diag.Failure
			require.ErrorAs(t, err, &d)
			require.Equal(t, CodeDenied, d.Code)
			var forever *component.PermanentError
			require.ErrorAs(t, err, &forever)
		})
	}
	require.Error(t, Loopback().check("x", "10.0.0.1:1"))
	require.NoError(t, Loopback().check("x", "127.0.0.1:1"))
}

func TestDeny(t *testing.T) {
	g, err := New(Rules{Allow: []string{"127.0.0.0/8", "::1", "10.0.0.0/8"}})
	require.NoError(t, err)
	require.NoError(t, g.check("x", "127.0.0.1:8471"))
	require.NoError(t, g.Deny("127.0.0.1:8471", "10.0.0.5:3306"))
	require.NoError(t, g.Deny("db.internal:3307"))
	for address, ok := range map[string]bool{
		"127.0.0.1:8471": false, "127.9.9.9:8471": false, "[::1]:8471": false, "[::ffff:127.0.0.1]:8471": false, "127.0.0.1:8472": true,
		"10.0.0.5:3306": false, "10.0.0.5:3305": true,
	} {
		require.Equal(t, ok, g.check("x", address) == nil, address)
	}
	require.Error(t, g.check("DB.internal", "10.0.0.6:3307"))
	require.Error(t, g.Deny("not an address"))
	rules := len(*g.own.Load())
	require.NoError(t, g.Deny("127.0.0.1:8471"))
	require.Len(t, *g.own.Load(), rules, "what is denied again is denied already")
}

// TestJudge says what Dial would, without dialling: nobody listens at any of these.
func TestJudge(t *testing.T) {
	g, err := New(Rules{Allow: []string{"127.0.0.0/8:9000-9999"}})
	require.NoError(t, err)
	require.NoError(t, g.Deny("127.0.0.1:9001"))
	for address, ok := range map[string]bool{
		"127.0.0.1:9000": true, "127.0.0.1:9001": false, "127.0.0.1:80": false, "10.0.0.1:9000": false, "169.254.169.254:9000": false,
		"nothing.invalid:80": true, "127.0.0.1:http": true,
	} {
		err := g.Judge(t.Context(), address)
		require.Equal(t, ok, err == nil, "%s: %v", address, err)
		var forever *component.PermanentError
		require.Equal(t, !ok, errors.As(err, &forever), address)
	}
	require.Error(t, g.Judge(t.Context(), "127.0.0.1"))
}

func TestBadRules(t *testing.T) {
	bad := []string{"", "*", "a b", "10.0.0.0/40", "host:", "host:0", "host:9-1", "host:70000", "[::1", "[::1]9", "http://x", "a*b.com", "user@host"}
	_, err := New(Rules{Allow: bad, Folders: []string{"relative"}})
	var list diag.List
	require.ErrorAs(t, err, &list)
	require.Len(t, list, len(bad)+1)
	require.Equal(t, "network.allow[0]", list[0].Path)
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"10.0.0.0/8:1-2", "[::1]:9", "*.x:9092", "a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parseRule(s)
		if err == nil && r.name == "" {
			require.True(t, r.prefix.IsValid(), s)
		}
		if err == nil {
			require.LessOrEqual(t, r.low, r.high)
		}
	})
}

// TestRebinding resolves a name to a harmless address when it is asked first, and to a metadata service afterwards.
func TestRebinding(t *testing.T) {
	answers := []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("169.254.169.254")}
	asked := 0
	server, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer server.Close()
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response = true
			m.Additionals = nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 0},
					Body: &dnsmessage.AResource{A: answers[min(asked, 1)].As4()}}}
				asked++
			}
			if out, err := m.Pack(); err == nil {
				_, _ = server.WriteTo(out, from)
			}
		}
	}()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)

	g, err := New(Rules{Allow: []string{"*.example.test"}, Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}})
	require.NoError(t, err)
	conn, err := g.Dial(t.Context(), "tcp", "a.example.test:"+port)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	_, err = g.Dial(t.Context(), "tcp", "a.example.test:"+port)
	var d *diag.Failure
	require.ErrorAs(t, err, &d)
	require.Equal(t, CodeDenied, d.Code)
}

func TestRoot(t *testing.T) {
	base := t.TempDir()
	inside, outside := filepath.Join(base, "in"), filepath.Join(base, "out")
	require.NoError(t, os.MkdirAll(filepath.Join(inside, "deep"), 0o700))
	require.NoError(t, os.MkdirAll(outside, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(inside, "link")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(inside, "file")))
	g, err := New(Rules{Folders: []string{inside}})
	require.NoError(t, err)
	for path, ok := range map[string]bool{
		inside: true, filepath.Join(inside, "deep"): true, inside + "/deep/../deep": true,
		outside: false, base: false, "/": false, inside + "/../out": false, "deep": false, inside + "ward": false,
		filepath.Join(inside, "link"): false,
	} {
		root, err := g.Root(path)
		require.Equal(t, ok, err == nil, "%s: %v", path, err)
		if ok {
			require.NoError(t, root.Close())
		}
	}
	root, err := g.Root(inside)
	require.NoError(t, err)
	defer root.Close()
	_, err = root.Open("file")
	require.Error(t, err)
	none, err := New(Rules{})
	require.NoError(t, err)
	_, err = none.Root(inside)
	require.True(t, errors.As(err, new(*component.PermanentError)))
}
