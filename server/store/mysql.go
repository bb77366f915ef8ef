package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

const (
	// connections is how many a process has with the server at most.
	connections = 16
	// lockWait is how long a statement waits for a row that another transaction has changed.
	lockWait = 10 * time.Second
	// deadAfter is how long the server keeps a connection that says nothing: a process that was frozen, or a machine that fell off the network,
	// in the middle of a transaction would keep its rows locked for everybody else. Connections that are merely idle are closed sooner.
	deadAfter = 8 * time.Second
	// migrationWait is how long a process waits until another one has migrated the tables.
	migrationWait = 5 * time.Minute
	// tableOptions follow each CREATE TABLE: names are compared by their bytes.
	tableOptions = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"
)

// The oldest servers whose behaviour is known: row locks, ON DUPLICATE KEY and utf8mb4_bin are those of later ones.
const (
	oldestMySQL   = 800
	oldestMariaDB = 1005
)

// mysqlEngine is a MySQL or MariaDB server.
func mysqlEngine(dsn string) (engine, error) {
	c, err := mysqlConfig(dsn)
	if err != nil {
		return engine{}, err
	}
	return engine{
		place:   fmt.Sprintf("the database %s of %s", c.DBName, c.Addr),
		connect: func(ctx context.Context) (write, read *gorm.DB, err error) { return connectMySQL(ctx, c) },
		clock:   mysqlClock,
		alone: func(ctx context.Context, write *gorm.DB, do func(tx *gorm.DB) error) error {
			return mysqlAlone(ctx, write, c.DBName, do)
		},
		again: mysqlAgain,
		// A change sees what others committed before it, as it would on SQLite, and no locks between rows are taken for what it reads.
		updating: &sql.TxOptions{Isolation: sql.LevelReadCommitted},
		viewing:  &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	}, nil
}

// mysqlConfig reads a DSN and sets what the store relies on, whatever the DSN and the server's own settings say.
func mysqlConfig(dsn string) (*mysql.Config, error) {
	c, err := mysql.ParseDSN(dsn)
	if err != nil || c.DBName == "" {
		// The driver's message quotes pieces of the text, and so perhaps of the password.
		return nil, fail(CodeDSN, nil, nil, "Write user:password@tcp(host:port)/database.", "the DSN of the metadata cannot be read, or names no database")
	}
	c.Collation = "utf8mb4_bin"
	c.Loc = time.UTC
	// Rows that an UPDATE finds are counted, also where it changes nothing, as SQLite does.
	c.ClientFoundRows = true
	c.InterpolateParams = true
	c.MultiStatements = false
	c.AllowAllFiles = false
	// The server says how much it takes at once.
	c.MaxAllowedPacket = 0
	c.Logger = &mysql.NopLogger{}
	for _, timeout := range []*time.Duration{&c.Timeout, &c.ReadTimeout, &c.WriteTimeout} {
		if *timeout == 0 {
			*timeout = 30 * time.Second
		}
	}
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	delete(c.Params, "charset")
	// What does not fit is refused instead of cut off.
	c.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'"
	c.Params["time_zone"] = "'+00:00'"
	c.Params["innodb_lock_wait_timeout"] = strconv.Itoa(int(lockWait.Seconds()))
	c.Params["wait_timeout"] = strconv.Itoa(int(deadAfter.Seconds()))
	return c, nil
}

func connectMySQL(ctx context.Context, c *mysql.Config) (write, read *gorm.DB, err error) {
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the DSN: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetConnMaxIdleTime(deadAfter / 2)
	var version string
	if err = pool.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err == nil {
		err = checkVersion(version)
	}
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	// Arguments are written into the statements by the driver: one way to the server and back instead of two.
	db, err := openPool(gormmysql.New(gormmysql.Config{Conn: pool, DSNConfig: c}), connections, false)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return db, db, nil
}

var mysqlVersion = regexp.MustCompile(`^(?:5\.5\.5-)?(\d+)\.(\d+)`)

// checkVersion refuses servers that are too old. MariaDB puts 5.5.5- before its version for the sake of old replicas.
func checkVersion(version string) error {
	m := mysqlVersion.FindStringSubmatch(version)
	if m == nil {
		return fail(CodeOldServer, nil, nil, "Use MySQL 8.0 or later, or MariaDB 10.5 or later.", "the database server calls its version %q", version)
	}
	// Digits, by the expression; a number too large for an int is new enough.
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	product, oldest := "MySQL", oldestMySQL
	if strings.Contains(version, "MariaDB") {
		product, oldest = "MariaDB", oldestMariaDB
	}
	if 100*major+minor < oldest {
		return fail(CodeOldServer, nil, nil, fmt.Sprintf("Use %s %d.%d or later.", product, oldest/100, oldest%100),
			"the database server is %s %d.%d", product, major, minor)
	}
	return nil
}

func mysqlClock(tx *gorm.DB) (int64, error) {
	var micros int64
	// In microseconds throughout: a TIMESTAMP would end in 2038, and UNIX_TIMESTAMP reads its argument in the session's zone.
	err := tx.Raw("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))").Scan(&micros).Error
	if err != nil {
		return 0, fmt.Errorf("reading the database's clock: %w", err)
	}
	return micros, nil
}

// mysqlAlone runs do under a lock of the server that ends with the connection. MySQL commits each change of a table by itself.
func mysqlAlone(ctx context.Context, write *gorm.DB, database string, do func(tx *gorm.DB) error) error {
	return write.WithContext(ctx).Connection(func(tx *gorm.DB) (err error) {
		tx = tx.Session(&gorm.Session{NewDB: true})
		// A lock's name has at most 64 characters, and databases of one server are migrated side by side.
		name := "millrace." + database
		name = name[:min(len(name), 64)]
		var got sql.NullInt64
		if err := tx.Raw("SELECT GET_LOCK(?, ?)", name, int(migrationWait.Seconds())).Scan(&got).Error; err != nil {
			return fmt.Errorf("taking the lock of the migration: %w", err)
		}
		if got.Int64 != 1 {
			return fail(CodeBusy, ErrBusy, nil, "Find the process that migrates the metadata, and end it.",
				"another process has been migrating the metadata for %s", migrationWait)
		}
		defer func() {
			// The connection goes back to the pool, so the lock must not stay with it, however ctx stands.
			release := tx.WithContext(context.WithoutCancel(ctx)).Raw("SELECT RELEASE_LOCK(?)", name).Scan(&got).Error
			if release != nil && !errors.Is(release, mysql.ErrInvalidConn) {
				err = errors.Join(err, fmt.Errorf("releasing the lock of the migration: %w", release))
			}
		}()
		return do(tx.Set("gorm:table_options", tableOptions).Session(&gorm.Session{}))
	})
}

// The server's error numbers that mean something here.
const (
	mysqlDiskFull        = 1021
	mysqlTooMany         = 1040
	mysqlDBDenied        = 1044
	mysqlDenied          = 1045
	mysqlNoDatabase      = 1049
	mysqlShutdown        = 1053
	mysqlTableFull       = 1114
	mysqlTableDenied     = 1142
	mysqlPacketTooLarge  = 1153
	mysqlLockWait        = 1205
	mysqlDeadlock        = 1213
	mysqlPrivilege       = 1227
	mysqlReadOnlyServer  = 1290
	mysqlBadText         = 1366
	mysqlDataTooLong     = 1406
	mysqlReadOnlyNow     = 1836
	mysqlConnectionKill  = 1927
	mysqlRecordsChanged  = 1020
	mysqlTooManyOfUser   = 1203
	mysqlTooManyOfUserEx = 1226
)

// mysqlAgain tells deadlocks and waits for locks, after which the server has rolled back the transaction or the caller does.
func mysqlAgain(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && (e.Number == mysqlDeadlock || e.Number == mysqlLockWait || e.Number == mysqlRecordsChanged)
}
