package store

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// serverEnv names a MySQL or MariaDB server to test on: a DSN without a database, of a user who may create databases. server/e2e/store
// starts a server and runs this package's tests with it.
const serverEnv = "MILLRACE_TEST_MYSQL"

// eachStore runs test on SQLite, and on MySQL or MariaDB where serverEnv names one. Each gets a database of its own; open opens it, as
// often as the test likes, as another process would.
func eachStore(t *testing.T, test func(t *testing.T, open func() *Store)) {
	t.Helper()
	eachEngine(t, func(t *testing.T, o Options) { test(t, func() *Store { t.Helper(); return openStore(t, o) }) })
}

// eachEngine is eachStore for tests that open the database themselves.
func eachEngine(t *testing.T, test func(t *testing.T, o Options)) {
	t.Helper()
	for _, driver := range []string{SQLite, MySQL} {
		t.Run(driver, func(t *testing.T) { test(t, newOptions(t, driver)) })
	}
}

// newOptions are those of a new database.
func newOptions(t *testing.T, driver string) Options {
	t.Helper()
	if driver == MySQL {
		return Options{Driver: MySQL, DSN: newDatabase(t)}
	}
	return Options{Driver: driver, Path: filepath.Join(t.TempDir(), "meta.db")}
}

// newDatabase makes a database on the server of serverEnv, which is dropped with the test, and returns its DSN.
func newDatabase(t *testing.T) string {
	t.Helper()
	server := os.Getenv(serverEnv)
	if server == "" {
		t.Skipf("%s names no server; server/e2e/store runs this test with one", serverEnv)
	}
	c, err := mysql.ParseDSN(server)
	require.NoError(t, err)
	db, err := sql.Open("mysql", server)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c.DBName = "test_" + control.NewID()
	_, err = db.ExecContext(t.Context(), fmt.Sprintf("CREATE DATABASE `%s`", c.DBName))
	require.NoError(t, err)
	t.Cleanup(func() {
		// The test's context has ended here.
		_, err := db.Exec(fmt.Sprintf("DROP DATABASE `%s`", c.DBName))
		require.NoError(t, err)
	})
	return c.FormatDSN()
}
