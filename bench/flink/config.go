package flink

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Version is Flink's, as build/fetch-flink.sh fetches it.
const Version = "2.2.1"

// FindJars returns the folder that build/fetch-flink.sh filled.
func FindJars() (string, error) {
	cache := os.Getenv("MILLRACE_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("finding the cache folder: %w", err)
		}
		cache = filepath.Join(home, ".cache", "millrace")
	}
	dir := filepath.Join(cache, "flink", Version)
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("finding Flink (build/fetch-flink.sh fetches it): %w", err)
	}
	return dir, nil
}

// Slots is the parallelism of the jobs, and what the task manager has room for.
const Slots = 2

// The heaps of the processes. The task manager's holds the jobs' state, and is twice what the engine's memory budget is.
const (
	jobManagerHeap  = "512m"
	taskManagerHeap = "2176m" // what the settings add up to: framework and task
	gatewayHeap     = "512m"
)

// settings are Flink's configuration. The task manager has no script that would work out its memory, so every part of it stands here.
func settings(dir string, ports map[string]int) map[string]string {
	port := func(name string) string { return strconv.Itoa(ports[name]) }
	checkpoints := "file://" + filepath.ToSlash(filepath.Join(dir, "checkpoints"))
	return map[string]string{
		"jobmanager.rpc.address": "127.0.0.1",
		"jobmanager.rpc.port":    port("rpc"),
		"jobmanager.bind-host":   "127.0.0.1",
		"taskmanager.host":       "127.0.0.1",
		"taskmanager.bind-host":  "127.0.0.1",
		"rest.address":           "127.0.0.1",
		"rest.bind-address":      "127.0.0.1",
		"rest.port":              port("rest"),
		"io.tmp.dirs":            filepath.Join(dir, "tmp"),

		"sql-gateway.endpoint.rest.address":      "127.0.0.1",
		"sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
		"sql-gateway.endpoint.rest.port":         port("gateway"),

		"taskmanager.numberOfTaskSlots":              strconv.Itoa(Slots),
		"taskmanager.cpu.cores":                      strconv.Itoa(Slots),
		"taskmanager.memory.framework.heap.size":     "128m",
		"taskmanager.memory.task.heap.size":          "2048m",
		"taskmanager.memory.framework.off-heap.size": "128m",
		"taskmanager.memory.task.off-heap.size":      "64m",
		"taskmanager.memory.network.min":             "192m",
		"taskmanager.memory.network.max":             "192m",
		"taskmanager.memory.managed.size":            "64m",
		"taskmanager.memory.jvm-metaspace.size":      "384m",
		"taskmanager.memory.jvm-overhead.min":        "256m",
		"taskmanager.memory.jvm-overhead.max":        "256m",

		// What the engine promises too: exactly once, an output that becomes visible every second.
		"execution.runtime-mode":           "STREAMING",
		"execution.checkpointing.mode":     "EXACTLY_ONCE",
		"execution.checkpointing.interval": "1 s",
		"execution.checkpointing.dir":      checkpoints,
		"execution.checkpointing.storage":  "filesystem",
		"state.backend.type":               "hashmap", // on the heap, the fastest of Flink's
		"parallelism.default":              strconv.Itoa(Slots),
		"pipeline.object-reuse":            "true",
		"table.local-time-zone":            "Asia/Shanghai",
		"restart-strategy.type":            "disable",
	}
}

// writeConfig writes what the processes read from the folder dir/conf.
func writeConfig(dir string, ports map[string]int) error {
	var b strings.Builder
	all := settings(dir, ports)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s: %q\n", key, all[key])
	}
	conf := filepath.Join(dir, "conf")
	err := errors.Join(os.MkdirAll(conf, 0o755), os.MkdirAll(filepath.Join(dir, "tmp"), 0o755), os.MkdirAll(filepath.Join(dir, "checkpoints"), 0o755))
	if err != nil {
		return fmt.Errorf("creating Flink's folders: %w", err)
	}
	if err := os.WriteFile(filepath.Join(conf, "config.yaml"), []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("writing Flink's settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(conf, "log4j2.properties"), []byte(log4jProperties), 0o644); err != nil {
		return fmt.Errorf("writing Flink's settings of its log: %w", err)
	}
	return nil
}

const log4jProperties = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`

// javaArgs are the arguments that start a main class. The opened packages are those of Flink's own scripts for Java 17.
func javaArgs(jars, dir, heap string, limits ...string) []string {
	args := []string{
		"-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC", "-XX:+IgnoreUnrecognizedVMOptions", "-Djava.awt.headless=true",
		"-Djava.io.tmpdir=" + filepath.Join(dir, "tmp"), "-Dlog4j2.configurationFile=" + filepath.Join(dir, "conf", "log4j2.properties"),
	}
	for _, p := range []string{
		"java.rmi/sun.rmi.registry", "jdk.compiler/com.sun.tools.javac.api", "jdk.compiler/com.sun.tools.javac.file", "jdk.compiler/com.sun.tools.javac.parser",
		"jdk.compiler/com.sun.tools.javac.tree", "jdk.compiler/com.sun.tools.javac.util", "java.security.jgss/sun.security.krb5",
	} {
		args = append(args, "--add-exports="+p+"=ALL-UNNAMED")
	}
	for _, p := range []string{
		"lang", "net", "io", "nio", "lang.reflect", "text", "time", "util", "util.concurrent", "util.concurrent.atomic", "util.concurrent.locks",
	} {
		args = append(args, "--add-opens=java.base/java."+p+"=ALL-UNNAMED")
	}
	args = append(args, "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
	return append(append(args, limits...), "-cp", filepath.Join(jars, "*"))
}
