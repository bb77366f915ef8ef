package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"millrace/models/diag"
)

// Variable is the environment's variable that holds the keys.
const Variable = "MILLRACE_SECRET_KEY"

// FileName is the file in the data folder that holds them otherwise.
const FileName = "secret.key"

// Load returns the keys of the variable's value, or those of the file in the data folder where the value is empty. The file is made where
// it is missing.
func Load(value, dataDir string) (*Keyring, error) {
	if value != "" {
		k, err := Parse(value)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", Variable, err)
		}
		return k, nil
	}
	path := filepath.Join(dataDir, FileName)
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = write(path, newLine(), false); err == nil || errors.Is(err, fs.ErrExist) {
			text, err = read(path) // another process may have been first
		}
	}
	if err != nil {
		return nil, err
	}
	k, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return k, nil
}

// AddKey puts a new key before those of the file in the data folder, which stay until they are removed by hand. A server reads the file
// when it starts.
func AddKey(dataDir string) error {
	path := filepath.Join(dataDir, FileName)
	text, err := read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return write(path, newLine()+text, true)
}

func newLine() string {
	bytes := make([]byte, KeyBytes)
	_, _ = rand.Read(bytes) // never fails
	return base64.StdEncoding.EncodeToString(bytes) + "\n"
}

func read(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("reading the secret key: %w", err)
	}
	// Windows has no such modes.
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return "", diag.Fail(CodeKeyFile, nil, "Run chmod 600 on it; if others may have read it, rotate the key.",
			"the secret key in %s can be read by others than its owner", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", diag.Fail(CodeKeyFile, err, "Check the owner of the data folder.", "the secret key cannot be read")
	}
	return string(text), nil
}

// write writes the file whole or not at all. Without replace it fails with fs.ErrExist where there is one.
func write(path, text string, replace bool) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), FileName+".*") // for its owner only
	if err != nil {
		return diag.Fail(CodeKeyFile, err, "Check the owner of the data folder.", "the secret key cannot be written")
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the secret key: %w", err)
	}
	if replace {
		err = os.Rename(f.Name(), path)
	} else {
		err = os.Link(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the secret key: %w", err)
	}
	return nil
}
