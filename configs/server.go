package configs

import (
	"fmt"
	"net/url"
	"strings"
)

// TLS says how browsers and programs reach this server.
type TLS struct {
	// CertFile and KeyFile hold the certificate and its key in PEM; both empty is without TLS, for loopback and behind a proxy that has it.
	CertFile string `yaml:"cert_file" json:"cert_file"`
	KeyFile  string `yaml:"key_file" json:"key_file"`
}

// Server says what the server is reached as.
type Server struct {
	// BasePath is what every path begins with, as in /millrace, for a proxy that has other things at its root.
	BasePath string `yaml:"base_path" json:"base_path"`
	// PublicURLs are the addresses of proxies in front, apart by blanks, as in https://millrace.example.com: their pages are this server's.
	PublicURLs string `yaml:"public_urls" json:"public_urls"`
	TLS        TLS    `yaml:"tls" json:"tls"`
	// UploadMaxBytes bounds one uploaded file.
	UploadMaxBytes Size `yaml:"upload_max_bytes" json:"upload_max_bytes"`
}

// Workers says what runs pipelines.
type Workers struct {
	// Count is how many worker processes the server starts; 0 leaves it to workers that join from elsewhere.
	Count int `yaml:"count" json:"count"`
}

// Network bounds what connections may reach.
type Network struct {
	// Allow lists addresses, blocks and names, apart by blanks, as in "10.0.0.0/8 *.kafka.example.com:9092". Empty is everything but
	// link-local, multicast and cloud metadata addresses.
	Allow string `yaml:"allow" json:"allow"`
	// Folders lists the absolute folders, apart by blanks, that connections to files may lie in. Empty is none.
	Folders string `yaml:"folders" json:"folders"`
}

// maxWorkers bounds what one server starts.
const maxWorkers = 64

func (v *validation) server(s Server) {
	if s.BasePath != "" && (!strings.HasPrefix(s.BasePath, "/") || strings.HasSuffix(s.BasePath, "/") || strings.ContainsAny(s.BasePath, " ?#%:*{}\\\"'<>") || strings.Contains(s.BasePath, "//") || strings.Contains(s.BasePath, "..")) {
		v.add("server.base_path", fmt.Sprintf("is %q", s.BasePath), "Write a path of plain letters that begins with a slash and does not end with one, as in /millrace.")
	}
	for _, text := range strings.Fields(s.PublicURLs) {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			v.add("server.public_urls", "holds something that is no origin", "Write scheme and host alone, as in https://millrace.example.com.")
		}
	}
	if (s.TLS.CertFile == "") != (s.TLS.KeyFile == "") {
		v.add("server.tls.key_file", "and server.tls.cert_file go together, and one of them is empty", "Set both, or none.")
	}
	between(v, "server.upload_max_bytes", s.UploadMaxBytes, 1*MiB, 64*GiB)
}

func (v *validation) workers(w Workers) { between(v, "workers.count", w.Count, 0, maxWorkers) }

// Rules splits a setting that lists things apart by blanks.
func Rules(text string) []string { return strings.Fields(text) }
