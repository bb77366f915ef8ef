// Package localport chooses loopback TCP ports for embedded parts and remembers
// them in a file, so that a part keeps its addresses across restarts as long as
// nobody else takes them meanwhile.
package localport

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// Choose returns one free loopback port per name and writes the choice to file
// (JSON, name to port). For each name the port is, in this order: wanted[name]
// when it is not 0 (an error if it is taken), the remembered one if it is free,
// any free one. The ports are only probed, not held: the caller binds them
// next, and chooses again if somebody was faster.
func Choose(file string, names []string, wanted map[string]int) (map[string]int, error) {
	remembered := map[string]int{}
	data, err := os.ReadFile(file)
	switch {
	case err == nil:
		// A damaged file costs the remembered ports, nothing else.
		if json.Unmarshal(data, &remembered) != nil {
			remembered = map[string]int{}
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading remembered ports: %w", err)
	}

	chosen := make(map[string]int, len(names))
	// Probing sockets stay open until all are chosen, so that no two names get
	// the same port.
	var probes []net.Listener
	defer func() {
		for _, l := range probes {
			_ = l.Close()
		}
	}()
	for _, name := range names {
		l, err := probe(wanted[name], remembered[name])
		if err != nil {
			return nil, fmt.Errorf("choosing the %s port: %w", name, err)
		}
		probes = append(probes, l)
		chosen[name] = l.Addr().(*net.TCPAddr).Port
	}

	out, err := json.Marshal(chosen)
	if err != nil {
		return nil, fmt.Errorf("encoding ports: %w", err)
	}
	if err := writeFile(file, out); err != nil {
		return nil, fmt.Errorf("remembering ports: %w", err)
	}
	return chosen, nil
}

func probe(wanted, remembered int) (net.Listener, error) {
	if wanted != 0 {
		return listen(wanted)
	}
	if remembered > 0 && remembered < 1<<16 {
		if l, err := listen(remembered); err == nil {
			return l, nil
		}
	}
	return listen(0)
}

func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// writeFile replaces the file in one step: a crash leaves the old or the new one.
func writeFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // a no-op once renamed
	if _, err := tmp.Write(data); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
