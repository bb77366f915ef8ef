package configs

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"millrace/models/diag"
)

// The codes of this package's diagnostics.
const (
	CodeSyntax          diag.Code = "config.syntax"
	CodeShape           diag.Code = "config.shape"
	CodeUnknownKey      diag.Code = "config.unknown_key"
	CodeDuplicateKey    diag.Code = "config.duplicate_key"
	CodeUnknownVariable diag.Code = "config.unknown_variable"
	CodeValue           diag.Code = "config.value"
	CodePortTwice       diag.Code = "config.port_twice"
)

const (
	minEpoch  = Duration(10 * time.Millisecond)
	maxEpoch  = Duration(10 * time.Minute)
	maxBatch  = 1 << 20
	maxStages = 1024
	minRecord = 1 * KiB
	maxRecord = 1 * GiB
	minBudget = 64 * MiB
	// minOLAP is what an idle server takes and some room for a query.
	minOLAP = 512 * MiB
	// recordShare is the part of the memory budget that one record may take: it exists as bytes and as columns, and is not alone.
	recordShare = 4
	minGC       = 10
	maxGC       = 10_000
	minIdle     = Duration(time.Minute)
	maxLifetime = Duration(90 * 24 * time.Hour)
)

// Validate returns everything that is wrong with c, each with the setting's path and a mend; nil when nothing is.
func (c Config) Validate() diag.List {
	v := validation{}
	if c.DataDir == "" {
		v.add("data_dir", "is empty", "Name a folder that the process may write, as in ./.millrace.")
	}
	v.listen(c.Listen)
	v.oneOf("log.level", string(c.Log.Level), string(LogDebug), string(LogInfo), string(LogWarn), string(LogError))
	v.oneOf("log.format", string(c.Log.Format), string(LogText), string(LogJSON))

	if b := c.Embedded.Broker; b.Enabled {
		v.port("embedded.broker.port", b.Port)
	}
	if o := c.Embedded.OLAP; o.Enabled {
		v.port("embedded.olap.http_port", o.HTTPPort)
		v.port("embedded.olap.tcp_port", o.TCPPort)
		if o.MaxMemory < minOLAP {
			v.add("embedded.olap.max_memory", fmt.Sprintf("is %s, less than the server needs to start", o.MaxMemory), fmt.Sprintf("Give it at least %s.", minOLAP))
		}
	}
	v.engine(c.Engine)
	v.metadata(c.Metadata)
	v.auth(c.Auth)
	v.server(c.Server)
	v.workers(c.Workers)
	return v.list
}

// validation collects the problems of one Config.
type validation struct {
	list  diag.List
	ports map[int]string // the setting that took the port
}

// add records that the setting at path is wrong. The message begins with the path, so that it stands alone in a log.
func (v *validation) add(path, problem, fix string) {
	v.list.Add(diag.Diagnostic{Code: CodeValue, Path: path, Message: path + " " + problem, Fix: fix})
}

func (v *validation) oneOf(path, value string, allowed ...string) {
	list := ""
	for i, a := range allowed {
		if value == a {
			return
		}
		switch {
		case i == len(allowed)-1:
			list += " or "
		case i > 0:
			list += ", "
		}
		list += a
	}
	fix := "Write " + list + "."
	if near := diag.Nearest(value, allowed); near != "" {
		fix = "Did you mean " + near + "? " + fix
	}
	v.add(path, fmt.Sprintf("is %q", value), fix)
}

func (v *validation) listen(address string) {
	const path, fix = "listen", "Write host:port, as in 127.0.0.1:8470."
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		v.add(path, fmt.Sprintf("is %q, which is not host:port", address), fix)
		return
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		v.add(path, fmt.Sprintf("has the port %q, which is not a number", port), fix)
		return
	}
	v.port(path, n)
}

// port checks the range and that no two parts of the process want the same one.
func (v *validation) port(path string, port int) {
	switch {
	case port < 0 || port > 65535:
		v.add(path, fmt.Sprintf("has the port %d", port), "Write a port from 1 to 65535, or 0 for a free one.")
		return
	case port == 0:
		return
	}
	if v.ports == nil {
		v.ports = map[int]string{}
	}
	if first, taken := v.ports[port]; taken {
		v.list.Add(diag.Diagnostic{
			Code: CodePortTwice, Path: path,
			Message: fmt.Sprintf("%s has the port %d, which %s has too", path, port, first),
			Fix:     "Give each its own port, or 0 for a free one.",
		})
		return
	}
	v.ports[port] = path
}

func (v *validation) engine(e Engine) {
	between(v, "engine.epoch", e.Epoch, minEpoch, maxEpoch)
	between(v, "engine.batch_rows", e.BatchRows, 1, maxBatch)
	between(v, "engine.parallelism", e.Parallelism, 0, maxStages)
	between(v, "engine.max_record_bytes", e.MaxRecordBytes, minRecord, maxRecord)
	between(v, "engine.gc_percent", e.GCPercent, minGC, maxGC)
	if e.MemoryBudget < minBudget {
		v.add("engine.memory_budget", fmt.Sprintf("is %s", e.MemoryBudget), fmt.Sprintf("Give it at least %s.", minBudget))
	} else if e.MaxRecordBytes <= maxRecord && e.MaxRecordBytes > e.MemoryBudget/recordShare {
		v.add("engine.max_record_bytes",
			fmt.Sprintf("is %s, more than a quarter of engine.memory_budget (%s)", e.MaxRecordBytes, e.MemoryBudget),
			fmt.Sprintf("Lower it to at most %s, or raise engine.memory_budget to %s.", e.MemoryBudget/recordShare, e.MaxRecordBytes*recordShare))
	}
}

// between checks that lo <= value <= hi.
func between[T int | Size | Duration](v *validation, path string, value, lo, hi T) {
	if value < lo || value > hi {
		v.add(path, fmt.Sprintf("is %v", value), fmt.Sprintf("Write a value from %v to %v.", lo, hi))
	}
}
