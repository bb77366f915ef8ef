package configs

import (
	"path/filepath"
	"time"
)

// Config is the whole of the process's settings. The zero value is not valid: begin with Default.
type Config struct {
	// DataDir holds everything the process writes, but for CheckpointDir where that is set. Relative paths are relative to
	// the working folder.
	DataDir string `yaml:"data_dir" json:"data_dir"`
	// Listen is the host:port of the API and the web application. Port 0 takes a free one.
	Listen   string   `yaml:"listen" json:"listen"`
	Log      Log      `yaml:"log" json:"log"`
	Metadata Metadata `yaml:"metadata" json:"metadata"`
	Auth     Auth     `yaml:"auth" json:"auth"`
	Server   Server   `yaml:"server" json:"server"`
	Workers  Workers  `yaml:"workers" json:"workers"`
	Network  Network  `yaml:"network" json:"network"`
	Embedded Embedded `yaml:"embedded" json:"embedded"`
	Engine   Engine   `yaml:"engine" json:"engine"`
}

// Log says what the process writes to standard error and how.
type Log struct {
	Level  LogLevel  `yaml:"level" json:"level"`
	Format LogFormat `yaml:"format" json:"format"`
}

// LogLevel is the least severity that is written.
type LogLevel string

// The log levels, in slog's sense.
const (
	LogDebug LogLevel = "debug"
	LogInfo  LogLevel = "info"
	LogWarn  LogLevel = "warn"
	LogError LogLevel = "error"
)

// LogFormat is how a log line looks.
type LogFormat string

// The log formats: for a person, or one JSON object a line.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Embedded lists the parts that can run inside the process in the place of servers of their own.
type Embedded struct {
	Broker Broker `yaml:"broker" json:"broker"`
	OLAP   OLAP   `yaml:"olap" json:"olap"`
}

// Broker is the embedded message broker. It speaks Kafka's protocol on loopback.
type Broker struct {
	Enabled bool `yaml:"enabled" json:"enabled"`
	// Port on loopback; 0 takes a free one.
	Port int `yaml:"port" json:"port"`
}

// OLAP is the embedded ClickHouse, a child process on loopback. Without its library the process starts and says so.
type OLAP struct {
	Enabled bool `yaml:"enabled" json:"enabled"`
	// HTTPPort and TCPPort (the native protocol's) on loopback; 0 takes a free one.
	HTTPPort int `yaml:"http_port" json:"http_port"`
	TCPPort  int `yaml:"tcp_port" json:"tcp_port"`
	// MaxMemory caps the child's memory; queries beyond it fail.
	MaxMemory Size `yaml:"max_memory" json:"max_memory"`
}

// Engine holds the embedded engine's defaults. A pipeline's own settings come before them.
type Engine struct {
	// Epoch is the time between two barriers, and so the delay before output becomes visible.
	Epoch Duration `yaml:"epoch" json:"epoch"`
	// BatchRows is the number of rows of a full batch.
	BatchRows int `yaml:"batch_rows" json:"batch_rows"`
	// Parallelism is the number of parallel instances of a stage; 0 is one for each core.
	Parallelism int `yaml:"parallelism" json:"parallelism"`
	// MaxRecordBytes is the largest record that is decoded; a larger one is a dead letter.
	MaxRecordBytes Size `yaml:"max_record_bytes" json:"max_record_bytes"`
	// MemoryBudget bounds the memory of all pipelines of the process together, batches in flight and state.
	MemoryBudget Size `yaml:"memory_budget" json:"memory_budget"`
	// CheckpointDir holds manifests and state; empty is the folder checkpoints in DataDir. See CheckpointPath.
	CheckpointDir string `yaml:"checkpoint_dir" json:"checkpoint_dir"`
	// GCPercent is Go's GOGC while pipelines run, under the memory limit that MemoryBudget sets.
	GCPercent int `yaml:"gc_percent" json:"gc_percent"`
}

// Default returns the settings of a process that is given none: everything embedded, everything on loopback.
func Default() Config {
	return Config{
		DataDir:  "./.millrace",
		Listen:   "127.0.0.1:8470",
		Log:      Log{Level: LogInfo, Format: LogText},
		Metadata: Metadata{Driver: SQLite},
		Auth: Auth{
			SessionIdle: Duration(12 * time.Hour), SessionLifetime: Duration(7 * 24 * time.Hour), Passwords: true,
			OIDC: OIDC{Scopes: "openid profile email", DefaultRole: "viewer"},
		},
		Server:  Server{UploadMaxBytes: 2 * GiB},
		Workers: Workers{Count: 1},
		Embedded: Embedded{
			Broker: Broker{Enabled: true, Port: 8471},
			OLAP:   OLAP{Enabled: true, HTTPPort: 8472, TCPPort: 8473, MaxMemory: 2 * GiB},
		},
		Engine: Engine{
			Epoch:          Duration(time.Second),
			BatchRows:      4096,
			Parallelism:    0,
			MaxRecordBytes: 16 * MiB,
			MemoryBudget:   1 * GiB,
			CheckpointDir:  "",
			GCPercent:      400,
		},
	}
}

// CheckpointPath returns the folder of manifests and state.
func (c Config) CheckpointPath() string {
	if c.Engine.CheckpointDir != "" {
		return c.Engine.CheckpointDir
	}
	return filepath.Join(c.DataDir, "checkpoints")
}
