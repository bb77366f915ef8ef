package query

import (
	"maps"
	"slices"
	"time"

	"millrace/models/diag"
	"millrace/models/sqltext"
)

// settings are what SET says.
type settings struct {
	zone string
	ttl  time.Duration
	name string
}

// The keys of SET.
const (
	keyZone = "table.local-time-zone"
	keyTTL  = "table.exec.state.ttl"
	keyName = "pipeline.name"
)

// idle are keys of Flink that change how it runs and not what comes out. They are taken, so that a script can stand as it is.
func idle() map[string]bool {
	return map[string]bool{
		"execution.runtime-mode": true, "execution.checkpointing.interval": true, "parallelism.default": true, "sql-client.execution.result-mode": true,
		"table.exec.mini-batch.enabled": true, "table.exec.mini-batch.allow-latency": true, "table.exec.mini-batch.size": true,
		"table.optimizer.distinct-agg.split.enabled": true, "table.exec.resource.default-parallelism": true, "state.backend.type": true,
	}
}

// set is SET and RESET.
func (x *execution) set(st *sqltext.Set) bool {
	if st.Reset && st.Key == "" {
		x.settings = settings{zone: "UTC"}
		return true
	}
	switch st.Key {
	case keyZone:
		x.settings.zone = "UTC"
		if st.Reset {
			return true
		}
		if _, err := time.LoadLocation(st.Value); err != nil || st.Value == "" || st.Value == "Local" {
			x.errorf(CodeSetting, st.ValueAt, "Write the name of a zone, as 'Asia/Shanghai' or 'UTC'.", "there is no time zone %q", st.Value)
			return false
		}
		x.settings.zone = st.Value
	case keyTTL:
		x.settings.ttl = 0
		if st.Reset {
			return true
		}
		d, ok := parseDuration(st.Value)
		if !ok {
			x.errorf(CodeSetting, st.ValueAt, "Write '1 d', '12 h', '30 min' or '10 s'.", "%q is not a duration", st.Value)
			return false
		}
		x.settings.ttl = d
	case keyName:
		x.settings.name = ""
		if !st.Reset {
			x.settings.name = st.Value
		}
	default:
		if idle()[st.Key] {
			x.diags.Warnf(CodeNoEffect, st.KeyAt, "%s has no effect here", st.Key).Fix = "Leave it out; the engine decides it by itself."
			return true
		}
		known := append(slices.Sorted(maps.Keys(idle())), keyZone, keyTTL, keyName)
		fix := "There are " + keyZone + ", " + keyTTL + " and " + keyName + "."
		if near := diag.Nearest(st.Key, known); near != "" {
			fix = "Did you mean '" + near + "'?"
		}
		x.errorf(CodeSetting, st.KeyAt, fix, "there is no setting %q", st.Key)
		return false
	}
	return true
}
