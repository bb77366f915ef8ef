package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// kafkaClasspath returns the class path of a Kafka broker.
func kafkaClasspath(ctx context.Context) (string, error) {
	dir, err := buildDir()
	if err != nil {
		return "", err
	}
	return mavenClasspath(ctx, filepath.Join(dir, "kafka-pom.xml"))
}

// mavenClasspath resolves the run-time class path of a pom. The answer is kept
// in the cache under the pom's content, and is used as long as all its jars are
// there. One Maven runs at a time on the machine, whoever starts it.
func mavenClasspath(ctx context.Context, pom string) (string, error) {
	text, err := os.ReadFile(pom)
	if err != nil {
		return "", fmt.Errorf("reading the pom: %w", err)
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "jars")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("creating the cache: %w", err)
	}
	hash := sha256.Sum256(text)
	name := strings.TrimSuffix(filepath.Base(pom), ".xml") + "-" + hex.EncodeToString(hash[:6]) + ".classpath"
	file := filepath.Join(cache, name)
	if cp, ok := readClasspath(file); ok {
		return cp, nil
	}

	unlock, err := lockFile(filepath.Join(cache, "maven.lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if cp, ok := readClasspath(file); ok { // somebody else was first
		return cp, nil
	}

	fresh := file + ".new"
	// Not the caller's context: a download cut short helps nobody, and Maven is
	// quick once its repository is warm.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "mvn", "-B", "-q", "-f", pom,
		"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath",
		"-Dmdep.includeScope=runtime", "-Dmdep.outputFile="+fresh)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("resolving %s with Maven: %w\n%s", filepath.Base(pom), err, lastLines(out.String(), 15))
	}
	if err := os.Rename(fresh, file); err != nil {
		return "", fmt.Errorf("keeping the class path: %w", err)
	}
	cp, ok := readClasspath(file)
	if !ok {
		return "", fmt.Errorf("resolving %s with Maven: it named jars that are not there", filepath.Base(pom))
	}
	return cp, nil
}

func readClasspath(file string) (string, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	cp := strings.TrimSpace(string(text))
	for jar := range strings.SplitSeq(cp, string(os.PathListSeparator)) {
		if _, err := os.Stat(jar); err != nil {
			return "", false
		}
	}
	return cp, cp != ""
}

func lockFile(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("locking %s: %w", name, err)
	}
	return func() { _ = f.Close() }, nil
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func firstLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
