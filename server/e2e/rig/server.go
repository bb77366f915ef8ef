package rig

import (
	"os"
	"testing"

	"millrace/server/e2e/parts"
	"millrace/server/embedded/olap"
)

// ClickHouseOn returns the application's database of a server that the test runs itself, one it may kill.
func ClickHouseOn(t testing.TB, s *olap.Server) *Database {
	return &Database{&parts.Database{Server: s, Addr: s.Addr(), HTTPURL: s.HTTPURL(), User: s.User(), Password: s.Password(), Name: s.Database()}, t}
}

// Env is this process's environment, by which a server's embedded parts take ports that nobody has, as other tests' servers run beside it; then
// the settings of more, each NAME=value.
func Env(more ...string) []string {
	env := os.Environ()
	for _, port := range []string{"BROKER_PORT", "OLAP_HTTP_PORT", "OLAP_TCP_PORT"} {
		env = append(env, "MILLRACE_EMBEDDED_"+port+"=0")
	}
	return append(env, more...)
}
