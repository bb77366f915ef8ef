package reach

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// rule allows addresses: those of a block, or those that a name resolves to.
type rule struct {
	prefix netip.Prefix
	// name is in lower case; one that begins with "." stands for every name that ends so.
	name string
	// low and high are both 0 for every port.
	low, high uint16
}

func (r *rule) port(p uint16) bool { return r.high == 0 || p >= r.low && p <= r.high }

func (r *rule) matches(host string, at netip.Addr) bool {
	if r.name == "" {
		return r.prefix.Contains(at)
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if strings.HasPrefix(r.name, ".") {
		return strings.HasSuffix(host, r.name) && host != r.name
	}
	return host == r.name
}

func parseRule(text string) (rule, error) {
	host, ports := strings.TrimSpace(text), ""
	switch {
	case strings.HasPrefix(host, "["):
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return rule{}, errors.New("a bracket is not closed")
		}
		rest := host[end+1:]
		host = host[1:end]
		if rest != "" {
			var ok bool
			if ports, ok = strings.CutPrefix(rest, ":"); !ok || ports == "" {
				return rule{}, errors.New("a port follows the bracket behind a colon")
			}
		}
	case strings.Count(host, ":") == 1:
		host, ports, _ = strings.Cut(host, ":")
		if ports == "" {
			return rule{}, errors.New("the port is missing")
		}
	}
	r := rule{}
	if ports != "" {
		low, high, isRange := strings.Cut(ports, "-")
		if !isRange {
			high = low
		}
		a, err := strconv.ParseUint(low, 10, 16)
		if err != nil || a == 0 {
			return rule{}, fmt.Errorf("%q is no port", low)
		}
		b, err := strconv.ParseUint(high, 10, 16)
		if err != nil || b < a {
			return rule{}, fmt.Errorf("%q is no range of ports", ports)
		}
		r.low, r.high = uint16(a), uint16(b)
	}
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		r.prefix = netip.PrefixFrom(a, a.BitLen())
		return r, nil
	}
	if strings.Contains(host, "/") {
		p, err := netip.ParsePrefix(host)
		if err != nil {
			return rule{}, errors.New("it is no block of addresses")
		}
		r.prefix = p.Masked()
		return r, nil
	}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	r.name = strings.TrimPrefix(name, "*")
	if r.name == "" || r.name == "." || strings.ContainsAny(r.name, "*/ \t@:?#") || (r.name != name && !strings.HasPrefix(r.name, ".")) {
		return rule{}, errors.New("it is no name of a machine")
	}
	return r, nil
}

// forbidden are the blocks that hold no system one would connect to, but that a server can be tricked into: link-local addresses, among
// them the metadata services of most clouds, multicast, "this machine" written as no address, and metadata services elsewhere.
func forbidden() []netip.Prefix {
	return []netip.Prefix{
		block(0, 0, 0, 0, 8), block(169, 254, 0, 0, 16), block(224, 0, 0, 0, 4), block(240, 0, 0, 0, 4),
		block(100, 100, 100, 200, 32), block(168, 63, 129, 16, 32), block(192, 0, 0, 192, 32),
		netip.PrefixFrom(netip.IPv6Unspecified(), 128),
		block6(0xfe, 0x80, 10), block6(0xff, 0x00, 8),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfd, 0x00, 0x0e, 0xc2, 14: 0x02, 15: 0x54}), 128),
	}
}

func block(a, b, c, d byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits)
}

func block6(a, b byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16([16]byte{a, b}), bits)
}

// meant lists an address and the IPv4 address that a translator would make of it.
func meant(a netip.Addr) []netip.Addr {
	a = a.WithZone("").Unmap()
	out := []netip.Addr{a}
	if !a.Is6() {
		return out
	}
	b := a.As16()
	switch {
	case b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b: // NAT64, RFC 6052
		out = append(out, netip.AddrFrom4([4]byte(b[12:16])))
	case b[0] == 0x20 && b[1] == 0x02: // 6to4, RFC 3056
		out = append(out, netip.AddrFrom4([4]byte(b[2:6])))
	}
	return out
}
