package kafka

import (
	"strings"

	"millrace/components/component"
)

// addresses tell a cluster apart: its brokers.
func addresses(p component.Params) []string {
	list, err := brokers(p.Strings("brokers"))
	if err != nil {
		return nil // the connection cannot be opened either
	}
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
	return list
}

// physical is the topic that is read or written.
func physical(p component.Params) string { return p.String("topic") }
