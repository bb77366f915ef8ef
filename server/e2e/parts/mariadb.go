package parts

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"

	"millrace/server/embedded/localport"
)

// MariaDB is a running MariaDB server with a data folder of its own.
type MariaDB struct {
	dir      string
	port     int
	password string
	// owner is the user it runs as, where this process is root's: MariaDB refuses to be root.
	owner   *syscall.Credential
	process *Process // nil when stopped
}

// mariadbUser has all rights, from loopback only.
const mariadbUser = "millrace"

// StartMariaDB makes a server in a new folder under the system's temporary one, as t.TempDir cannot be entered by another user. Close
// removes it. ctx bounds the start only.
//
// The server's own settings are unlike what a client would wish for, character set, SQL mode and time zone: nobody's production server is
// set up for Millrace.
func StartMariaDB(ctx context.Context) (*MariaDB, error) {
	m := &MariaDB{password: randomText()}
	if err := m.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("starting MariaDB: %w", err), m.Close())
	}
	return m, nil
}

func randomText() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func (m *MariaDB) prepare(ctx context.Context) error {
	if _, err := findMariaDB(); err != nil {
		return err
	}
	var err error
	if m.dir, err = os.MkdirTemp("", "millrace-mariadb-"); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	if m.owner, err = otherThanRoot(); err != nil {
		return err
	}
	if m.owner != nil {
		if err := os.Chown(m.dir, int(m.owner.Uid), int(m.owner.Gid)); err != nil {
			return fmt.Errorf("giving the folder away: %w", err)
		}
	}
	ports, err := localport.Choose(filepath.Join(m.dir, "ports.json"), []string{"mysql"}, nil)
	if err != nil {
		return err
	}
	m.port = ports["mysql"]
	install := exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+m.data(), "--skip-test-db",
		"--auth-root-authentication-method=normal", "--innodb-log-file-size=8M")
	install.SysProcAttr = &syscall.SysProcAttr{Credential: m.owner}
	install.Dir = m.dir
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("making the data folder: %w\n%s", err, lastLines(string(out), 10))
	}
	if err := m.Restart(ctx); err != nil {
		return err
	}
	return m.createUser(ctx)
}

// otherThanRoot returns who the server runs as where this process may not be it: the user of its package, else nobody.
func otherThanRoot() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	var errs []error
	for _, name := range []string{"mysql", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("reading the ids of %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("finding a user to run as: %w", errors.Join(errs...))
}

func (m *MariaDB) data() string    { return filepath.Join(m.dir, "data") }
func (m *MariaDB) socket() string  { return filepath.Join(m.dir, "socket") }
func (m *MariaDB) logFile() string { return filepath.Join(m.dir, "log") }

// Restart starts the server where it does not run, on the same data and port, and returns when it serves.
func (m *MariaDB) Restart(ctx context.Context) error {
	if m.process != nil {
		select {
		case <-m.process.Gone():
		default:
			return nil
		}
	}
	binary, err := findMariaDB()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(m.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(binary, "--no-defaults", "--datadir="+m.data(), "--socket="+m.socket(), "--port="+strconv.Itoa(m.port),
		"--bind-address=127.0.0.1", "--pid-file="+filepath.Join(m.dir, "data", "pid"), "--tmpdir="+m.dir,
		"--skip-log-bin", "--skip-name-resolve", "--performance-schema=OFF",
		"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M",
		// A kill of the process loses nothing with 2, and the tests do not cut the power.
		"--innodb-flush-log-at-trx-commit=2", "--innodb-file-per-table=0", "--max-connections=400",
		"--character-set-server=latin1", "--collation-server=latin1_swedish_ci", "--sql-mode=", "--default-time-zone=+05:30")
	cmd.Dir = m.dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: m.owner}
	if m.process, err = StartProcess(cmd); err != nil {
		return err
	}
	return m.awaitReady(ctx)
}

func (m *MariaDB) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := m.root(ctx, func(db *sql.DB) error { return db.PingContext(ctx) })
		if err == nil {
			return nil
		}
		select {
		case <-m.process.Gone():
			return fmt.Errorf("the server has ended:\n%s", m.Logs())
		case <-ctx.Done():
			return fmt.Errorf("waiting for the server: %w\n%s", err, m.Logs())
		case <-tick.C:
		}
	}
}

// root runs do as the server's root, who has no password and may only come through the socket.
func (m *MariaDB) root(ctx context.Context, do func(db *sql.DB) error) error {
	c := mysql.NewConfig()
	c.User, c.Net, c.Addr = "root", "unix", m.socket()
	c.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	return errors.Join(do(db), db.Close())
}

func (m *MariaDB) createUser(ctx context.Context) error {
	return m.root(ctx, func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, "CREATE USER "+mariadbUser+"@'127.0.0.1' IDENTIFIED BY '"+m.password+"'"); err != nil {
			return fmt.Errorf("creating the user: %w", err)
		}
		if _, err := db.ExecContext(ctx, "GRANT ALL ON *.* TO "+mariadbUser+"@'127.0.0.1' WITH GRANT OPTION"); err != nil {
			return fmt.Errorf("giving the user its rights: %w", err)
		}
		return nil
	})
}

// DSN returns how a client reaches a database, which may be empty for none, as a user with all rights.
func (m *MariaDB) DSN(database string) string {
	return fmt.Sprintf("%s:%s@tcp(127.0.0.1:%d)/%s", mariadbUser, m.password, m.port, database)
}

// Create makes an empty database.
func (m *MariaDB) Create(ctx context.Context, database string) error {
	return m.root(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "CREATE DATABASE `"+database+"`")
		return err
	})
}

// Logs returns the end of what the server has written.
func (m *MariaDB) Logs() string {
	text, err := os.ReadFile(m.logFile())
	if err != nil {
		return err.Error()
	}
	return lastLines(string(text), 20)
}

// Kill ends the server with SIGKILL; Restart brings it back.
func (m *MariaDB) Kill() {
	if m.process != nil {
		m.process.Kill()
	}
}

// Close ends the server and removes its data.
func (m *MariaDB) Close() error {
	m.Kill()
	if m.dir == "" {
		return nil
	}
	return os.RemoveAll(m.dir)
}

// findMariaDB finds the server, which some systems keep where only root looks.
func findMariaDB() (string, error) {
	path, err := exec.LookPath("mariadbd")
	if err == nil {
		return path, nil
	}
	for _, path := range []string{"/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("finding MariaDB's server: %w", err)
}

// checkMariaDB reports why no server can be made here.
func checkMariaDB() error {
	if _, err := findMariaDB(); err != nil {
		return err
	}
	if _, err := exec.LookPath("mariadb-install-db"); err != nil {
		return fmt.Errorf("finding what makes MariaDB's data folder: %w", err)
	}
	return nil
}
