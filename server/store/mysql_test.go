package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"millrace/models/diag"
)

func openMySQL(t *testing.T) *Store {
	t.Helper()
	return openStore(t, newOptions(t, MySQL))
}

func TestMySQLSettings(t *testing.T) {
	s := openMySQL(t)
	var tables []struct{ TableName, TableCollation, Engine string }
	require.NoError(t, s.read.Raw("SELECT table_name AS table_name, table_collation AS table_collation, engine AS engine "+
		"FROM information_schema.tables WHERE table_schema = DATABASE()").Scan(&tables).Error)
	require.Greater(t, len(tables), 5)
	for _, table := range tables {
		require.Equal(t, "utf8mb4_bin", table.TableCollation, table.TableName)
		require.Equal(t, "InnoDB", table.Engine, table.TableName)
	}
	var columns int64
	require.NoError(t, s.read.Raw("SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE() "+
		"AND collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin'").Scan(&columns).Error)
	require.Zero(t, columns)

	for _, name := range []string{"a", "A", "ä", "云", "🎵"} {
		l, err := s.Acquire(t.Context(), name, "w")
		require.NoError(t, err)
		require.Equal(t, int64(1), l.Epoch, "names that differ in a byte are not the same: %s", name)
	}
	_, err := s.Acquire(t.Context(), strings.Repeat("x", 256), "w")
	requireCode(t, err, CodeValue)
	require.ErrorIs(t, err, diag.ErrInvalid)
	_, err = s.Acquire(t.Context(), "\xff", "w")
	requireCode(t, err, CodeValue)
}

func TestClock(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		var first, again, second int64
		before := time.Now()
		require.NoError(t, s.update(t.Context(), "reading the clock", func(tx *gorm.DB) error {
			first = s.micros(tx)
			again = s.micros(tx)
			return nil
		}))
		require.NoError(t, s.view(t.Context(), "reading the clock", func(tx *gorm.DB) error {
			second = s.micros(tx)
			return nil
		}))
		require.Equal(t, first, again, "a transaction has one time")
		require.Greater(t, second, first)
		require.WithinDuration(t, before, timeOf(first), 30*time.Second, "in UTC, whatever the server's zone")
	})
}

// Two transactions that lock two rows in opposite order: the server rolls one back, and the store runs it again.
func TestDeadlocksAreTriedAgain(t *testing.T) {
	s := openMySQL(t)
	for _, name := range []string{"a", "b"} {
		_, err := s.Acquire(t.Context(), name, "w")
		require.NoError(t, err)
	}
	change := func(tx *gorm.DB, name string) error {
		return tx.Model(&PipelineRow{}).Where("name = ?", name).Update("revision", gorm.Expr("revision + 1")).Error
	}
	var both, done sync.WaitGroup
	both.Add(2)
	var mu sync.Mutex
	runs := 0
	errs := make([]error, 2)
	for i, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			first := true
			errs[i] = s.update(t.Context(), "changing", func(tx *gorm.DB) error {
				mu.Lock()
				runs++
				mu.Unlock()
				if err := change(tx, order[0]); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				return change(tx, order[1])
			})
		})
	}
	done.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 3, runs, "one of the two ran twice")
	var rows []PipelineRow
	require.NoError(t, s.read.Find(&rows).Error)
	for _, row := range rows {
		require.Equal(t, int64(3), row.Revision, row.Name)
	}
}

func TestOpenMySQLFails(t *testing.T) {
	for _, dsn := range []string{"", "hunter2", "m:hunter2@tcp(127.0.0.1:1)", "m:hunter2@tcp(127.0.0.1:1)/", "m:hunter2@tcp(127.0.0.1:1)/db?hunter2=%zz"} {
		_, err := Open(t.Context(), Options{Driver: MySQL, DSN: dsn})
		requireCode(t, err, CodeDSN)
		require.NotContains(t, err.Error(), "hunter2")
	}
	// Nobody listens where a listener has just gone.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = Open(t.Context(), Options{Driver: MySQL, DSN: fmt.Sprintf("m:hunter2@tcp(%s)/db", l.Addr())})
	requireCode(t, err, CodeLost)
	require.ErrorIs(t, err, ErrLost)
	require.ErrorIs(t, err, diag.ErrUnavailable)
	require.NotContains(t, err.Error(), "hunter2")
	_, err = Open(t.Context(), Options{Driver: "oracle"})
	require.ErrorContains(t, err, `no driver "oracle"`)
}

func TestMySQLRefusesAccess(t *testing.T) {
	dsn := newDatabase(t)
	c, err := mysql.ParseDSN(dsn)
	require.NoError(t, err)
	wrong := c.Clone()
	wrong.Passwd = "hunter2"
	_, err = Open(t.Context(), Options{Driver: MySQL, DSN: wrong.FormatDSN()})
	requireCode(t, err, CodeDenied)
	require.NotContains(t, err.Error(), "hunter2")
	missing := c.Clone()
	missing.DBName = "not_there"
	_, err = Open(t.Context(), Options{Driver: MySQL, DSN: missing.FormatDSN()})
	requireCode(t, err, CodeDenied)
}

// What a DSN says cannot loosen what the store relies on.
func TestMySQLIgnoresLooseSettings(t *testing.T) {
	dsn := newDatabase(t)
	s := openStore(t, Options{Driver: MySQL, DSN: dsn + "?clientFoundRows=false&multiStatements=true&charset=latin1&sql_mode=''&collation=latin1_bin"})
	var settings struct{ Mode, Collation, Zone string }
	require.NoError(t, s.read.Raw("SELECT @@sql_mode AS mode, @@collation_connection AS collation, @@time_zone AS zone").Scan(&settings).Error)
	require.Contains(t, settings.Mode, "STRICT_ALL_TABLES")
	require.Equal(t, "utf8mb4_bin", settings.Collation)
	require.Equal(t, "+00:00", settings.Zone)
	require.Error(t, s.read.Exec("SELECT 1; SELECT 2").Error)
	err := s.view(t.Context(), "writing in a view", func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM pipelines").Error
	})
	require.Error(t, err)
}

// A process that migrates keeps others waiting, on whatever machine they are.
func TestMigrationWaits(t *testing.T) {
	o := newOptions(t, MySQL)
	s := openStore(t, o)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := s.engine.alone(t.Context(), s.write, func(*gorm.DB) error {
		_, err := Open(ctx, o)
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	openStore(t, o)
}

func TestServerVersions(t *testing.T) {
	for _, good := range []string{"8.0.15", "8.4.3-log", "9.1.0", "10.5.1-MariaDB", "10.11.19-MariaDB-0+deb12u1", "5.5.5-10.6.2-MariaDB-log", "11.4.2-MariaDB"} {
		require.NoError(t, checkVersion(good), good)
	}
	for _, old := range []string{"5.7.44", "5.5.5-10.4.3-MariaDB", "10.3.39-MariaDB", "", "PostgreSQL 17"} {
		requireCode(t, checkVersion(old), CodeOldServer)
	}
}

func TestClassifyMySQL(t *testing.T) {
	for number, code := range map[uint16]diag.Code{
		mysqlDiskFull: CodeFull, mysqlTableFull: CodeFull, mysqlDeadlock: CodeBusy, mysqlLockWait: CodeBusy, mysqlTooMany: CodeBusy,
		mysqlDenied: CodeDenied, mysqlDBDenied: CodeDenied, mysqlReadOnlyServer: CodeReadOnly, mysqlShutdown: CodeLost,
		mysqlPacketTooLarge: CodeValue, mysqlDataTooLong: CodeValue,
	} {
		err := classify(fmt.Errorf("writing: %w", &mysql.MySQLError{Number: number, Message: "m"}))
		requireCode(t, err, code)
		require.NotEqual(t, errors.Is(err, diag.ErrUnavailable), errors.Is(err, diag.ErrInvalid))
	}
	requireCode(t, classify(mysql.ErrInvalidConn), CodeLost)
	requireCode(t, classify(mysql.ErrPktTooLarge), CodeValue)
	unknown := &mysql.MySQLError{Number: 1064}
	require.Equal(t, error(unknown), classify(unknown))
	require.False(t, mysqlAgain(unknown))
	require.False(t, mysqlAgain(sql.ErrNoRows))
}
