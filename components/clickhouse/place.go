package clickhouse

import (
	"net"
	"strings"

	"millrace/components/component"
)

// addresses tell a server apart. The ports are those of the native protocol, where the connection gives none.
func addresses(p component.Params) []string {
	port := "9000"
	if p.Bool("tls") {
		port = "9440"
	}
	var out []string
	for _, a := range p.Strings("addresses") {
		a = strings.ToLower(strings.TrimSpace(a))
		if _, _, err := net.SplitHostPort(a); err != nil {
			a = net.JoinHostPort(strings.Trim(a, "[]"), port)
		}
		out = append(out, a)
	}
	return out
}

// absolute puts the connection's database before the name of a table that has none.
func absolute(p component.Params, physical string) string {
	if strings.Contains(physical, ".") {
		return physical
	}
	return p.String("database") + "." + physical
}

// physical is the table that is written.
func physical(p component.Params) string {
	name := physicalName(p)
	if name.database == "" {
		return name.table
	}
	return name.database + "." + name.table
}
