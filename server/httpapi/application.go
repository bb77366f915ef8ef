package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// application serves the web application: its files, and index.html for every address that is a page's, as those are the browser's matter.
//
// Files under assets/ carry a hash of their content in their name and may be kept for ever. Text among them is stored packed, as name.br and
// name.gz, without the file itself.
type application struct {
	files fs.FS
	base  string
	// index is index.html in three parts: the base path goes between the first two, the nonce between the last two.
	index [3][]byte
}

// What index.html says where the server writes.
const (
	baseMark  = `<base href="/" />`
	nonceMark = `<meta name="csp-nonce" content="" />`
)

// foreverHere is for files whose names change with their content.
const foreverHere = "public, max-age=31536000, immutable"

func newApplication(files fs.FS, base string) (*application, error) {
	text, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("reading the web application: %w", err)
	}
	a := &application{files: files, base: base}
	before, rest, ok := bytes.Cut(text, []byte(baseMark))
	middle, after, both := bytes.Cut(rest, []byte(nonceMark))
	if !ok || !both {
		return nil, fmt.Errorf("reading the web application: index.html has no %s and, behind it, %s", baseMark, nonceMark)
	}
	a.index = [3][]byte{before, middle, after}
	return a, nil
}

func (a *application) serve(c *gin.Context) {
	asked := path.Clean(c.Request.URL.Path)
	under, ok := strings.CutPrefix(asked, a.base)
	name := strings.TrimPrefix(under, "/")
	switch {
	case !ok || name == "api" || strings.HasPrefix(name, "api/"):
		problem(c, http.StatusNotFound, CodeNotFound, "there is nothing at "+asked)
	case c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead:
		problem(c, http.StatusMethodNotAllowed, CodeMethod, "only GET is served here")
	case name == "" || name == "index.html":
		a.serveIndex(c)
	case a.serveFile(c, name):
	case strings.HasPrefix(name, "assets/"):
		// A page would be no answer: an old page asks for a file of its build, and has to learn that it is gone.
		problem(c, http.StatusNotFound, CodeNotFound, "there is nothing at "+asked)
	default:
		a.serveIndex(c)
	}
}

// serveIndex writes the page with the base path in it, and a nonce that lets its own style sheets in.
func (a *application) serveIndex(c *gin.Context) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	nonce := base64.RawStdEncoding.EncodeToString(random[:])
	c.Header("Content-Security-Policy", pagePolicy(nonce))
	c.Header("Cache-Control", "no-store")
	var page bytes.Buffer
	page.Write(a.index[0])
	fmt.Fprintf(&page, `<base href="%s/" />`, html.EscapeString(a.base))
	page.Write(a.index[1])
	fmt.Fprintf(&page, `<meta name="csp-nonce" content="%s" />`, nonce)
	page.Write(a.index[2])
	c.Data(http.StatusOK, "text/html; charset=utf-8", page.Bytes())
}

// serveFile reports whether there was such a file.
func (a *application) serveFile(c *gin.Context, name string) bool {
	text, encoding, err := a.read(name, c.Request.Header.Get("Accept-Encoding"))
	if err != nil {
		return false
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	if strings.HasPrefix(name, "assets/") {
		c.Header("Cache-Control", foreverHere)
	} else {
		c.Header("Cache-Control", "no-cache")
	}
	c.Header("Vary", "Accept-Encoding")
	if encoding != "" {
		c.Header("Content-Encoding", encoding)
	}
	c.Data(http.StatusOK, kind, text)
	return true
}

// read returns a file as a client takes it, and how it is packed.
func (a *application) read(name, accepts string) (text []byte, encoding string, err error) {
	if strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return nil, "", fs.ErrNotExist // the packed forms are no files of their own
	}
	if accepted(accepts, "br") {
		if text, err = fs.ReadFile(a.files, name+".br"); err == nil {
			return text, "br", nil
		}
	}
	text, err = fs.ReadFile(a.files, name+".gz")
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		text, err = fs.ReadFile(a.files, name)
		return text, "", err
	case err != nil:
		return nil, "", err
	case accepted(accepts, "gzip"):
		return text, "gzip", nil
	}
	packed, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, "", err
	}
	text, err = io.ReadAll(packed)
	return text, "", err
}

// accepted reports whether an Accept-Encoding header takes a coding. One that is named with a weight of 0 is not taken.
func accepted(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			w := strings.ReplaceAll(weight, " ", "")
			return w != "q=0" && !strings.HasPrefix(w, "q=0.000")
		}
	}
	return false
}
