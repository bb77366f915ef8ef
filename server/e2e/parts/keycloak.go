package parts

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"millrace/server/embedded/localport"
)

// keycloakVersion is one of the last that run on Java 17.
const keycloakVersion = "26.4.0"

// keycloakPatience is how long a start may take: a second core makes 20 s of it, a machine that runs other tests minutes.
const keycloakPatience = 8 * time.Minute

// Keycloak is a running Keycloak, which forgets all when it ends.
type Keycloak struct {
	dir     string
	port    int
	process *Process
}

// RequireKeycloak skips or fails the test unless Keycloak can be started here: Java 17 or later, and its distribution in the cache or a Maven
// to fetch it.
func RequireKeycloak(t testing.TB) {
	t.Helper()
	needsServer(t)
	if err := checkJava(); err != nil {
		missing(t, "Java 17 or later", err)
	}
	if _, err := keycloakHome(t.Context()); err != nil {
		missing(t, "Keycloak", err)
	}
}

// StartKeycloak starts a server in dir with the realms given as JSON documents, and returns when it serves. It speaks HTTP on loopback and
// believes the X-Forwarded headers of whoever stands before it: its cookies want TLS. ctx bounds the start only.
func StartKeycloak(ctx context.Context, dir string, realms ...string) (*Keycloak, error) {
	k := &Keycloak{dir: dir}
	if err := k.start(ctx, realms); err != nil {
		k.Kill()
		return nil, fmt.Errorf("starting Keycloak in %s: %w", dir, err)
	}
	return k, nil
}

func (k *Keycloak) start(ctx context.Context, realms []string) error {
	home, err := keycloakHome(ctx)
	if err != nil {
		return err
	}
	// The distribution is shared, what is written is not.
	for _, name := range []string{"bin", "conf", "lib", "providers", "themes"} {
		if err := os.Symlink(filepath.Join(home, name), filepath.Join(k.dir, name)); err != nil {
			return fmt.Errorf("linking the distribution: %w", err)
		}
	}
	imports := filepath.Join(k.dir, "data", "import")
	if err := os.MkdirAll(imports, 0o755); err != nil {
		return fmt.Errorf("making the folder of realms: %w", err)
	}
	for i, realm := range realms {
		if err := os.WriteFile(filepath.Join(imports, fmt.Sprintf("realm-%d.json", i)), []byte(realm), 0o600); err != nil {
			return fmt.Errorf("writing a realm: %w", err)
		}
	}
	ports, err := localport.Choose(filepath.Join(k.dir, "ports.json"), []string{"http"}, nil)
	if err != nil {
		return err
	}
	k.port = ports["http"]
	k.process, err = startProcess(k.dir, k.logFile(), "java", keycloakArgs(k.dir, "start", "--optimized", "--http-enabled=true", "--http-host=127.0.0.1",
		"--http-port="+strconv.Itoa(k.port), "--hostname-strict=false", "--proxy-headers=xforwarded", "--cache=local", "--import-realm", "--log-level=WARN")...)
	if err != nil {
		return err
	}
	return k.awaitReady(ctx)
}

func keycloakArgs(home string, args ...string) []string {
	return append([]string{
		"-Xms64m", "-Xmx512m", "-XX:MaxMetaspaceSize=256m", "-Djava.awt.headless=true", "-Dkc.home.dir=" + home,
		"-Djboss.server.config.dir=" + filepath.Join(home, "conf"), "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
		"-Dpicocli.disable.closures=true", "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
		"--add-opens=java.base/java.util=ALL-UNNAMED", "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED", "--add-opens=java.base/java.security=ALL-UNNAMED",
		"-cp", filepath.Join(home, "lib", "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
	}, args...)
}

func (k *Keycloak) logFile() string { return filepath.Join(k.dir, "log") }

// URL is where it serves, without TLS.
func (k *Keycloak) URL() string { return fmt.Sprintf("http://127.0.0.1:%d", k.port) }

func (k *Keycloak) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, keycloakPatience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := k.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-k.process.Gone():
			return fmt.Errorf("the server has ended:\n%s", k.Logs())
		case <-ctx.Done():
			return fmt.Errorf("waiting for the server: %w\n%s", err, k.Logs())
		case <-tick.C:
		}
	}
}

func (k *Keycloak) ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.URL()+"/realms/master", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", resp.Status)
	}
	return nil
}

// Logs returns the end of what the server has written.
func (k *Keycloak) Logs() string {
	text, err := os.ReadFile(k.logFile())
	if err != nil {
		return err.Error()
	}
	return lastLines(string(text), 20)
}

// Kill ends the server.
func (k *Keycloak) Kill() {
	if k.process != nil {
		k.process.Kill()
	}
}

// keycloakHome returns the folder of the distribution, made ready to start. It is kept in the cache.
func keycloakHome(ctx context.Context) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "keycloak")
	home := filepath.Join(cache, "keycloak-"+keycloakVersion)
	done := filepath.Join(cache, keycloakVersion+".ready")
	if _, err := os.Stat(done); err == nil {
		return home, nil
	}
	if err := checkMaven(); err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("creating the cache: %w", err)
	}
	unlock, err := lockFile(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(done); err == nil { // somebody else was first
		return home, nil
	}
	// Not the caller's context: what is cut short helps nobody.
	if err := fetchKeycloak(context.WithoutCancel(ctx), cache, home); err != nil {
		return "", err
	}
	return home, os.WriteFile(done, nil, 0o600)
}

func fetchKeycloak(ctx context.Context, cache, home string) error {
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("removing what a broken attempt left: %w", err)
	}
	if err := output(exec.CommandContext(ctx, "mvn", "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
		"-Dartifact=org.keycloak:keycloak-quarkus-dist:"+keycloakVersion+":zip", "-DoutputDirectory="+cache)); err != nil {
		return fmt.Errorf("fetching Keycloak with Maven: %w", err)
	}
	archive := filepath.Join(cache, "keycloak-quarkus-dist-"+keycloakVersion+".zip")
	if err := unzip(archive, cache); err != nil {
		return fmt.Errorf("unpacking Keycloak: %w", err)
	}
	// Chooses the database once and for all, which takes longer than a start.
	if err := output(exec.CommandContext(ctx, "java", keycloakArgs(home, "build", "--db=dev-mem")...)); err != nil {
		return fmt.Errorf("building Keycloak: %w", err)
	}
	return os.Remove(archive)
}

// output runs a command and returns its words where it fails.
func output(cmd *exec.Cmd) error {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, lastLines(out.String(), 15))
	}
	return nil
}

// unzip unpacks an archive into a folder, which nothing in it can leave.
func unzip(archive, dir string) (err error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			if err := root.MkdirAll(strings.TrimSuffix(f.Name, "/"), 0o755); err != nil {
				return err
			}
			continue
		}
		if err := root.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			return err
		}
		if err := unzipFile(root, f); err != nil {
			return err
		}
	}
	return nil
}

func unzipFile(root *os.Root, f *zip.File) (err error) {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := root.Create(f.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
