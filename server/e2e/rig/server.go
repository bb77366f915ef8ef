package rig

import (
	"testing"

	"millrace/server/e2e/parts"
	"millrace/server/embedded/olap"
)

// ClickHouseOn returns the application's database of a server that the test runs itself, one it may kill.
func ClickHouseOn(t testing.TB, s *olap.Server) *Database {
	return &Database{&parts.Database{Server: s, Addr: s.Addr(), HTTPURL: s.HTTPURL(), User: s.User(), Password: s.Password(), Name: s.Database()}, t}
}
