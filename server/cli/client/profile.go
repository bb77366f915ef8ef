package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"millrace/models/diag"
)

// The variables that go before a stored profile.
const (
	URLVariable   = "MILLRACE_URL"
	TokenVariable = "MILLRACE_TOKEN"
	CAVariable    = "MILLRACE_CA_FILE"
)

// Profile says where a server is and who calls it.
type Profile struct {
	// URL is the server's, with its base path.
	URL string `json:"url"`
	// Token is an API token, TokenID its id at the server; both are empty while one logs in.
	Token   string `json:"token,omitempty"`
	TokenID string `json:"token_id,omitempty"`
	// Name is the account's, for people.
	Name string `json:"name,omitempty"`
	// CAFile holds the certificates that the server's is checked against; empty is the system's.
	CAFile string `json:"ca_file,omitempty"`
	// Plain allows a network without TLS.
	Plain bool `json:"plain,omitempty"`
}

// ProfilePath is the file of the stored profile: millrace/config.json in the user's configuration folder.
func ProfilePath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("finding the configuration folder: %w", err)
	}
	return filepath.Join(dir, "millrace", "config.json"), nil
}

// Current returns the profile in force: the environment's, over the stored one of the same server. Where there is neither, errors.Is(err,
// diag.ErrUnauthenticated) holds.
func Current(getenv func(string) string) (Profile, error) {
	stored, err := Stored()
	if err != nil && !errors.Is(err, diag.ErrUnauthenticated) {
		return Profile{}, err
	}
	p := stored
	if u := getenv(URLVariable); u != "" && u != stored.URL {
		p = Profile{URL: u} // a token is for the server that gave it, and for no other
	}
	if token := getenv(TokenVariable); token != "" {
		p.Token, p.TokenID, p.Name = token, "", ""
	}
	if ca := getenv(CAVariable); ca != "" {
		p.CAFile = ca
	}
	if p.URL == "" {
		return Profile{}, notLoggedIn()
	}
	return p, nil
}

// Stored returns the stored profile.
func Stored() (Profile, error) {
	path, err := ProfilePath()
	if err != nil {
		return Profile{}, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Profile{}, notLoggedIn()
	}
	var text []byte
	if err == nil {
		// Windows has no such modes.
		if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
			return Profile{}, diag.Refuse(diag.ErrDenied, CodeProfile, "Run chmod 600 on it; if others may have read it, revoke the token.",
				"%s, which holds a token, can be read by others than its owner", path)
		}
		text, err = os.ReadFile(path)
	}
	var p Profile
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return Profile{}, diag.Fail(CodeProfile, err, "Run millrace login again.", "the stored log-in cannot be read")
	}
	return p, nil
}

func notLoggedIn() error {
	return diag.Refuse(diag.ErrUnauthenticated, CodeNoProfile, "Run millrace login URL, or set "+URLVariable+" and "+TokenVariable+".", "there is no server to speak to")
}

// Save stores the profile for its owner only, whole or not at all.
func (p Profile) Save() error {
	path, err := ProfilePath()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the log-in: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the configuration folder: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*") // for its owner only
	if err != nil {
		return fmt.Errorf("writing the log-in: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the log-in: %w", err)
	}
	return nil
}

// Forget removes the stored profile.
func Forget() error {
	path, err := ProfilePath()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the log-in: %w", err)
	}
	return nil
}
