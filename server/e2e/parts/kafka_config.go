package parts

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const log4jProperties = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`

// properties returns a broker's server.properties.
func (k *Kafka) properties(i int) string {
	n := k.nodes[i]
	replicas := min(k.opts.Brokers, 3)
	minISR := min(replicas, 2)
	voters := make([]string, len(k.nodes))
	for j, other := range k.nodes {
		voters[j] = fmt.Sprintf("%d@127.0.0.1:%d", j+1, other.controlPort)
	}
	settings := map[string]string{
		"process.roles":                                "broker,controller",
		"node.id":                                      strconv.Itoa(i + 1),
		"controller.quorum.voters":                     strings.Join(voters, ","),
		"controller.listener.names":                    "CONTROLLER",
		"inter.broker.listener.name":                   "PLAINTEXT",
		"listeners":                                    fmt.Sprintf("PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d", n.port, n.controlPort),
		"advertised.listeners":                         "PLAINTEXT://" + n.address(),
		"listener.security.protocol.map":               "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"log.dirs":                                     filepath.Join(n.dir, "data"),
		"auto.create.topics.enable":                    "false",
		"group.initial.rebalance.delay.ms":             "0",
		"num.partitions":                               "1",
		"default.replication.factor":                   strconv.Itoa(replicas),
		"min.insync.replicas":                          strconv.Itoa(minISR),
		"offsets.topic.replication.factor":             strconv.Itoa(replicas),
		"offsets.topic.num.partitions":                 "5",
		"transaction.state.log.num.partitions":         "5",
		"share.coordinator.state.topic.num.partitions": "5",
		// A killed broker may come back when the controller has given up its old self.
		"broker.heartbeat.interval.ms": "500",
		"broker.session.timeout.ms":    "3000",
		// Events of years ago are replayed; their age must not delete them.
		"log.retention.hours": "-1",
		// Flink asks for an hour.
		"transaction.max.timeout.ms": "7200000",
		// A record of 20 MB passes.
		"message.max.bytes":        strconv.Itoa(32 << 20),
		"replica.fetch.max.bytes":  strconv.Itoa(32 << 20),
		"socket.request.max.bytes": strconv.Itoa(128 << 20),
	}
	for _, topic := range []string{"transaction.state.log", "share.coordinator.state.topic"} {
		settings[topic+".replication.factor"] = strconv.Itoa(replicas)
		settings[topic+".min.isr"] = strconv.Itoa(minISR)
	}
	maps.Copy(settings, k.opts.Settings)

	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&b, "%s=%s\n", key, settings[key])
	}
	return b.String()
}
