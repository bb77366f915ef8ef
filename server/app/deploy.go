package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"millrace/models/plan"
)

// deployed is the stored form of a deployed model.
type deployed struct {
	Source      string          `json:"source"`
	Fingerprint string          `json:"fingerprint"`
	Plan        json.RawMessage `json:"plan"`
}

// Deploy makes the model's physical plan the one its pipeline runs from now on, unless the pipeline has one already: then that one is
// returned. So an upgrade of the binary, or of the model's text that comes with it, never plans a running pipeline anew.
func (a *App) Deploy(m *Model) (*Model, error) {
	path := filepath.Join(a.Config.DataDir, "deployed", escape(m.Name)+".json")
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, writeDeployed(path, m)
	case err != nil:
		return nil, fmt.Errorf("reading the deployed plan of %s: %w", m.Name, err)
	}
	var d deployed
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("reading the deployed plan of %s: %w", m.Name, err)
	}
	p, err := plan.Unmarshal(d.Plan)
	if err != nil {
		return nil, fmt.Errorf("reading the deployed plan of %s: %w", m.Name, err)
	}
	if d.Source != m.Source {
		a.Log.Info("the model has changed; its pipeline goes on with the deployed plan", "pipeline", m.Name)
	}
	return &Model{File: m.File, Source: d.Source, Name: m.Name, Plan: p, Fingerprint: d.Fingerprint, Applied: m.Applied}, nil
}

// writeDeployed writes the file whole or not at all.
func writeDeployed(path string, m *Model) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("storing the plan of %s: %w", m.Name, err)
		}
	}()
	p, err := plan.Marshal(m.Plan)
	if err != nil {
		return err
	}
	text, err := json.Marshal(deployed{Source: m.Source, Fingerprint: m.Fingerprint, Plan: p})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".plan-*")
	if err != nil {
		return err
	}
	_, werr := f.Write(text)
	if err := errors.Join(werr, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
