package parts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"millrace/server/embedded/olap"
)

const howToInstall = "run build/install-test-parts.sh as root, or install it yourself"

// missing ends the test: skipped on a developer's machine, failed where CI is set.
func missing(t testing.TB, what string, reason error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is needed and CI is set: %v (%s)", what, reason, howToInstall)
	}
	t.Skipf("%s is needed: %v (%s)", what, reason, howToInstall)
}

// needsServer skips the test in the quick loop: real servers take longer than it has.
func needsServer(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("it needs a real server, and -short is given")
	}
}

// RequireKafka skips or fails the test unless a Kafka broker can be started
// here: Java 17 or later, and its jars in the cache or a Maven to fetch them.
func RequireKafka(t testing.TB) {
	t.Helper()
	needsServer(t)
	if err := checkJava(); err != nil {
		missing(t, "Java 17 or later", err)
	}
	if _, err := kafkaClasspath(t.Context()); err != nil {
		missing(t, "Kafka", err)
	}
}

// RequireChDB skips or fails the test unless libchdb is here, and returns its path.
func RequireChDB(t testing.TB) string {
	t.Helper()
	needsServer(t)
	library, err := olap.FindLibrary("")
	if err != nil {
		missing(t, "libchdb", err)
	}
	return library
}

// RequireMariaDB skips or fails the test unless a MariaDB server can be started here.
func RequireMariaDB(t testing.TB) {
	t.Helper()
	needsServer(t)
	if err := checkMariaDB(); err != nil {
		missing(t, "MariaDB", err)
	}
}

var javaVersion = regexp.MustCompile(`version "(?:1\.)?(\d+)`)

var checkJava = sync.OnceValue(func() error {
	out, err := exec.Command("java", "-version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("asking java for its version: %w", err)
	}
	m := javaVersion.FindSubmatch(out)
	if m == nil {
		return fmt.Errorf("java -version says %q", out)
	}
	if major, err := strconv.Atoi(string(m[1])); err != nil || major < 17 {
		return fmt.Errorf("java is version %s", m[1])
	}
	return nil
})

var checkMaven = sync.OnceValue(func() error {
	if _, err := exec.LookPath("mvn"); err != nil {
		return fmt.Errorf("finding Maven: %w", err)
	}
	return nil
})

// cacheDir is where fetched parts live: $MILLRACE_CACHE or ~/.cache/millrace.
func cacheDir() (string, error) {
	if dir := os.Getenv("MILLRACE_CACHE"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w", err)
	}
	return filepath.Join(home, ".cache", "millrace"), nil
}

// buildDir is build/parts of this source tree.
func buildDir() (string, error) {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return "", fmt.Errorf("finding build/parts: the binary was built without source paths (-trimpath)")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "build", "parts"), nil
}

// RequireData skips or fails the test unless a public data set, named as package/version, was fetched, and returns its folder.
// build/fetch-data.sh says what there is.
func RequireData(t testing.TB, set string) string {
	t.Helper()
	cache, err := cacheDir()
	if err != nil {
		missing(t, "the data set "+set, err)
	}
	dir := filepath.Join(cache, "data", filepath.FromSlash(set))
	if _, err := os.Stat(dir); err != nil {
		missing(t, "the data set "+set, err)
	}
	return dir
}

// RequireBrowser skips or fails the test unless Chromium and Node.js are here, and returns Chromium's path.
func RequireBrowser(t testing.TB) string {
	t.Helper()
	needsServer(t)
	if _, err := exec.LookPath("npx"); err != nil {
		missing(t, "Node.js", err)
	}
	var path string
	var err error
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err = exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "Chromium", err)
	return ""
}
