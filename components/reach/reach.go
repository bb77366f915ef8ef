package reach

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
)

// The diagnostics of this package.
const (
	// CodeDenied is an address that connections may not reach.
	CodeDenied diag.Code = "network.denied"
	// CodeRule is a rule that cannot be read.
	CodeRule diag.Code = "network.bad_rule"
	// CodeFolder is a folder that connections may not use.
	CodeFolder diag.Code = "network.folder_denied"
)

// dialTimeout bounds one attempt to connect where the caller's context does not.
const dialTimeout = 10 * time.Second

// Rules say what may be reached.
type Rules struct {
	// Allow lists addresses: an address, a block or a name, which may begin with "*.", each with a port or a range of ports behind a
	// colon or without. Empty is everything but the forbidden blocks.
	Allow []string
	// Folders lists absolute folders; connections to files lie in one of them. Empty is none.
	Folders []string
	// Resolver resolves names; nil is the system's.
	Resolver *net.Resolver
}

// Guard is a component.Reach with rules. But for Deny it is not changed after it was made.
type Guard struct {
	rules    []rule
	folders  []string
	resolver *net.Resolver
	// own are addresses of this installation; they are learned while it starts.
	own atomic.Pointer[[]rule]
}

var (
	_ component.Reach = (*Guard)(nil)
	_ component.Judge = (*Guard)(nil)
)

// New reads the rules. The error is a diag.List that names each rule that cannot be read.
func New(r Rules) (*Guard, error) {
	g := &Guard{resolver: r.Resolver}
	var found diag.List
	for i, text := range r.Allow {
		one, err := parseRule(text)
		if err != nil {
			d := found.Errorf(CodeRule, diag.Span{}, "%q is no address that can be allowed: %v", text, err)
			d.Path, d.Fix = fmt.Sprintf("network.allow[%d]", i), "Write an address, a block or a name, with or without a port: 10.0.0.0/8, broker.example.com:9092."
			continue
		}
		g.rules = append(g.rules, one)
	}
	for i, folder := range r.Folders {
		if !filepath.IsAbs(folder) {
			found.Errorf(CodeRule, diag.Span{}, "the folder %q is not absolute", folder).Path = fmt.Sprintf("network.folders[%d]", i)
			continue
		}
		g.folders = append(g.folders, filepath.Clean(folder))
	}
	return g, found.Err()
}

// Deny takes addresses out, whatever the rules say: those of this installation's own parts, its metadata and its API. Who may use a part
// uses the connection that the server keeps for it; another way there would pass by what was granted. A loopback address stands for all.
func (g *Guard) Deny(addresses ...string) error {
	var more []rule
	for _, text := range addresses {
		r, err := parseRule(text)
		if err != nil {
			return fmt.Errorf("reading the address %q: %w", text, err)
		}
		more = append(more, r)
		if r.name == "localhost" || r.name == "" && r.prefix.Addr().IsLoopback() {
			for _, l := range Loopback().rules {
				l.low, l.high = r.low, r.high
				more = append(more, l)
			}
		}
	}
	for {
		old := g.own.Load()
		var all []rule
		if old != nil {
			all = slices.Clone(*old)
		}
		for _, r := range more {
			// What is denied again and again, as parts are looked at, is one rule.
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
		if g.own.CompareAndSwap(old, &all) {
			return nil
		}
	}
}

// denied reports whether an address is one of this installation's.
func (g *Guard) denied(host string, at netip.AddrPort) bool {
	own := g.own.Load()
	return own != nil && slices.ContainsFunc(*own, func(r rule) bool { return r.port(at.Port()) && r.matches(host, at.Addr()) })
}

// Loopback returns a Guard that reaches this machine alone, for the parts that run embedded.
func Loopback() *Guard {
	return &Guard{rules: []rule{{prefix: netip.MustParsePrefix("127.0.0.0/8")}, {prefix: netip.MustParsePrefix("::1/128")}}}
}

// Dial connects to host:port when the address it resolves to may be reached.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address %q: %w", address, err)
	}
	d := net.Dialer{
		Timeout: dialTimeout, Resolver: g.resolver,
		// Called with each address that is tried, after the name was resolved and before anything is sent.
		ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error { return g.check(host, resolved) },
	}
	return d.DialContext(ctx, network, address)
}

// resolveTime bounds how long a judgement waits for a name.
const resolveTime = 5 * time.Second

// Judge says whether host:port may be reached, without reaching it: the error is Dial's. Of a name's addresses one has to be allowed. A name
// that does not resolve, or an address without a number for its port, is left for Dial to find.
func (g *Guard) Judge(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("reading the address %q: %w", address, err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil //nolint:nilerr // it has no number that could be judged
	}
	ctx, cancel := context.WithTimeout(ctx, resolveTime)
	defer cancel()
	resolver := g.resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(found) == 0 {
		return nil //nolint:nilerr // what does not resolve leads nowhere, and is judged again when it does
	}
	var refusal error
	for _, at := range found {
		if refusal = g.check(host, netip.AddrPortFrom(at, uint16(number)).String()); refusal == nil {
			return nil
		}
	}
	return refusal
}

func (g *Guard) check(host, resolved string) error {
	at, err := netip.ParseAddrPort(resolved)
	if err != nil {
		return fmt.Errorf("reading the address %q: %w", resolved, err)
	}
	for _, a := range meant(at.Addr()) {
		if to := netip.AddrPortFrom(a, at.Port()); g.denied(host, to) || !g.allows(host, to) {
			what := resolved
			if host != at.Addr().String() {
				what = fmt.Sprintf("%s (%s)", host, resolved)
			}
			return component.Permanent(CodeDenied, nil, "Ask an administrator to add it to network.allow.", "connections may not reach %s", what)
		}
	}
	return nil
}

func (g *Guard) allows(host string, at netip.AddrPort) bool {
	allowed, named := len(g.rules) == 0, false
	for i := range g.rules {
		r := &g.rules[i]
		if !r.port(at.Port()) || !r.matches(host, at.Addr()) {
			continue
		}
		allowed = true
		if r.name == "" && slices.ContainsFunc(forbidden(), func(b netip.Prefix) bool {
			return b.Contains(at.Addr()) && b.Bits() <= r.prefix.Bits() && b.Contains(r.prefix.Addr())
		}) {
			named = true
		}
	}
	if !allowed || named {
		return allowed
	}
	return !slices.ContainsFunc(forbidden(), func(b netip.Prefix) bool { return b.Contains(at.Addr()) })
}

// Root opens a folder that is, or lies within, one of the allowed ones.
func (g *Guard) Root(path string) (*os.Root, error) {
	clean := filepath.Clean(path)
	for _, folder := range g.folders {
		rel, err := filepath.Rel(folder, clean)
		if err != nil || !filepath.IsAbs(path) || !filepath.IsLocal(rel) {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, fmt.Errorf("opening the folder %s: %w", folder, err)
		}
		if rel == "." {
			return root, nil
		}
		// Through the allowed folder, so that no link on the way leads out of it.
		inner, err := root.OpenRoot(rel)
		_ = root.Close() // inner has a handle of its own
		if err != nil {
			return nil, fmt.Errorf("opening the folder %s: %w", clean, err)
		}
		return inner, nil
	}
	fix := "Ask an administrator to add it to network.folders."
	if len(g.folders) > 0 {
		fix = "Choose a folder within " + strings.Join(g.folders, " or ") + ", or ask an administrator to add it to network.folders."
	}
	return nil, component.Permanent(CodeFolder, nil, fix, "connections may not use the folder %q", path)
}
