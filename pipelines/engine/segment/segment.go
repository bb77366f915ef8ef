// Package segment is the file format of everything an epoch makes durable: state, staged chunks and rejects. A file is written
// once, under a name that no other attempt uses, and never changed.
//
// Layout, integers little-endian: the magic "MRSEG\x00\x01\n"; then sections, each
//
//	u32 length of the header, header (JSON), u64 length of the payload, payload, u32 CRC-32C of header and payload
//
// and at the end a section of kind "end" whose payload is the u32 number of sections before it. A file without its end is
// incomplete and is refused.
package segment

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

const (
	magic     = "MRSEG\x00\x01\n"
	maxHeader = 1 << 20
	kindEnd   = "end"
)

// ErrCorrupt marks a file that is not what was written.
var ErrCorrupt = errors.New("corrupt segment file")

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// Section is one piece of a file.
type Section struct {
	// Kind says what reads it: "window", "dedupe", "chunk", "rejects".
	Kind string `json:"kind"`
	// Op is the operator or sink id, Shard the lane, key group or chunk within it.
	Op    string `json:"op,omitempty"`
	Shard string `json:"shard,omitempty"`
	// Full says that the section replaces what earlier files say of the shard; otherwise it extends it.
	Full bool `json:"full,omitempty"`
	// Version is the format of the payload.
	Version int `json:"version"`

	Payload []byte `json:"-"`
}

// Write writes a file and makes it durable: the file and its folder entry are synced before it returns. It returns the file's size.
func Write(dir, name string, sections []Section) (size int64, err error) {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("creating segment: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(path)
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	n, err := encode(w, sections)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return 0, fmt.Errorf("writing segment %s: %w", path, err)
	}
	if err = f.Close(); err != nil {
		return 0, fmt.Errorf("closing segment %s: %w", path, err)
	}
	if err = SyncDir(dir); err != nil {
		return 0, err
	}
	return n, nil
}

// SyncDir makes the entries of a folder durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening folder to sync it: %w", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("syncing folder %s: %w", dir, err)
	}
	return nil
}

func encode(w io.Writer, sections []Section) (int64, error) {
	var count [4]byte
	binary.LittleEndian.PutUint32(count[:], uint32(len(sections)))
	table := castagnoli()
	total := int64(len(magic))
	if _, err := io.WriteString(w, magic); err != nil {
		return 0, err
	}
	for i := 0; i <= len(sections); i++ {
		s := Section{Kind: kindEnd, Version: 1, Payload: count[:]}
		if i < len(sections) {
			s = sections[i]
		}
		header, err := json.Marshal(s)
		if err != nil {
			return 0, err
		}
		crc := crc32.Update(crc32.Checksum(header, table), table, s.Payload)
		var a [4]byte
		var b [8]byte
		binary.LittleEndian.PutUint32(a[:], uint32(len(header)))
		binary.LittleEndian.PutUint64(b[:], uint64(len(s.Payload)))
		for _, p := range [][]byte{a[:], header, b[:], s.Payload, binary.LittleEndian.AppendUint32(nil, crc)} {
			if _, err := w.Write(p); err != nil {
				return 0, err
			}
			total += int64(len(p))
		}
	}
	return total, nil
}

// Read reads a whole file and verifies it.
func Read(dir, name string) ([]Section, error) {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("reading segment: %w", err)
	}
	s, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("reading segment %s: %w", name, err)
	}
	return s, nil
}

// Decode decodes the bytes of a file; payloads are slices of data.
func Decode(data []byte) ([]Section, error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: not a segment file of this version", ErrCorrupt)
	}
	table := castagnoli()
	rest := data[len(magic):]
	var out []Section
	for {
		if len(rest) < 4 {
			return nil, fmt.Errorf("%w: it ends within section %d", ErrCorrupt, len(out))
		}
		hn := binary.LittleEndian.Uint32(rest)
		if hn > maxHeader || uint64(len(rest)) < 4+uint64(hn)+8 {
			return nil, fmt.Errorf("%w: it ends within section %d", ErrCorrupt, len(out))
		}
		header := rest[4 : 4+hn]
		pn := binary.LittleEndian.Uint64(rest[4+hn:])
		rest = rest[4+hn+8:]
		if pn > uint64(len(rest)) || uint64(len(rest))-pn < 4 {
			return nil, fmt.Errorf("%w: it ends within section %d", ErrCorrupt, len(out))
		}
		payload := rest[:pn:pn]
		if crc32.Update(crc32.Checksum(header, table), table, payload) != binary.LittleEndian.Uint32(rest[pn:]) {
			return nil, fmt.Errorf("%w: checksum of section %d", ErrCorrupt, len(out))
		}
		rest = rest[pn+4:]
		var s Section
		if err := json.Unmarshal(header, &s); err != nil {
			return nil, fmt.Errorf("%w: header of section %d: %w", ErrCorrupt, len(out), err)
		}
		if s.Kind == kindEnd {
			if len(payload) != 4 || binary.LittleEndian.Uint32(payload) != uint32(len(out)) || len(rest) != 0 {
				return nil, fmt.Errorf("%w: its end does not fit", ErrCorrupt)
			}
			return out, nil
		}
		s.Payload = payload
		out = append(out, s)
	}
}
