package file

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"millrace/components/component"
)

// content is the decompressed content of a file.
type content struct {
	file *os.File
	info os.FileInfo
	in   io.Reader
	// plain says that the file is read as it is: it may grow, and be read from any place.
	plain bool
	zstd  *zstd.Decoder
}

// openContent opens a file; limit, when not negative, is the size beyond which a plain file is not read.
func (at place) openContent(path, compression string, limit int64) (*content, error) {
	f, err := at.open(path)
	if err != nil {
		return nil, component.Permanent(CodeUnreadable, err, "", "the file %q cannot be read", path)
	}
	c := &content{file: f}
	if c.info, err = f.Stat(); err == nil {
		err = c.decompress(compressionOf(path, compression), limit)
	}
	if err != nil {
		_ = f.Close() // the file was only read
		return nil, component.Permanent(CodeUnreadable, err, "Check the compression parameter.", "the file %q cannot be read", path)
	}
	return c, nil
}

// compressionOf tells the compression by the name's suffix where it is not given.
func compressionOf(path, compression string) string {
	switch {
	case compression != "" && compression != compressionAuto:
		return compression
	case strings.HasSuffix(path, ".gz"):
		return compressionGzip
	case strings.HasSuffix(path, ".zst"), strings.HasSuffix(path, ".zstd"):
		return compressionZstd
	default:
		return compressionNone
	}
}

func (c *content) decompress(how string, limit int64) (err error) {
	switch how {
	case compressionGzip:
		c.in, err = gzip.NewReader(bufio.NewReaderSize(c.file, 64<<10))
	case compressionZstd:
		c.zstd, err = zstd.NewReader(c.file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		c.in = c.zstd
	default:
		c.plain, c.in = true, c.file
		if limit >= 0 {
			c.in = io.LimitReader(c.file, limit)
		}
	}
	return err
}

// skip goes on by n bytes.
func (c *content) skip(n int64) error {
	got, err := io.CopyN(io.Discard, c.in, n)
	if errors.Is(err, io.EOF) && got < n {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (c *content) Close() error {
	if c.zstd != nil {
		c.zstd.Close()
	}
	return c.file.Close()
}
