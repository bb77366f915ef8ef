package component

import (
	"context"
	"net"
	"os"
)

// Connection is a system Millrace reaches.
type Connection struct {
	Name      string
	Component string
	Params    Params
	// Reach bounds what may be reached through it. A server sets it on every connection it opens; nil is no bound, as for a program
	// that somebody runs on a machine of their own.
	Reach Reach
}

// Reach is what this process lets connections reach. Every client of a system dials through it, also to the addresses that the system
// itself names, such as the brokers of a Kafka cluster.
type Reach interface {
	// Dial connects to host:port when the address that the host resolves to is allowed. The error is a *PermanentError when it is not.
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	// Root opens a folder when it is one that connections may use. What is opened through the root lies within it, whatever its links say.
	Root(path string) (*os.Root, error)
}

// Judge is implemented by a Reach that can say where connections may go without going there, so that one that may not is refused before it
// is stored.
type Judge interface {
	// Judge returns what Dial would refuse host:port with, nil where it would try. A name that does not resolve now is judged when it is
	// dialled.
	Judge(ctx context.Context, address string) error
}

// Dial connects to host:port as far as the connection reaches.
func (c *Connection) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.Reach != nil {
		return c.Reach.Dial(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Root opens a folder as far as the connection reaches.
func (c *Connection) Root(path string) (*os.Root, error) {
	if c.Reach != nil {
		return c.Reach.Root(path)
	}
	return os.OpenRoot(path)
}

// Confined is implemented by catalogs and connections of servers, where what people write must not name files of the machine: there a
// component reads and writes files only through a connection.
type Confined interface{ Confined() bool }

// IsConfined reports whether a Catalog or Connections is that of a server.
func IsConfined(of any) bool {
	c, ok := of.(Confined)
	return ok && c.Confined()
}

// ConnectionDef is the part of a Spec that only connections have. The connections that its functions are given have their secrets
// resolved.
type ConnectionDef struct {
	// Addresses tell the system apart from others of its kind, in one spelling; nil where it has none.
	Addresses func(p Params) []string
	// Folders are those of this machine that the connection leads to; nil where it leads to none.
	Folders func(p Params) []string
	// Absolute completes the physical name of something of the system with what the connection says, such as its database; nil where
	// names are whole.
	Absolute func(p Params, physical string) string
	// Check reaches the system and says in plain words what is wrong: a name that does not resolve, a refused connection, TLS, the
	// login, rights. It ends with ctx.
	Check func(ctx context.Context, c *Connection) error
	// Discover lists what the system has that could be a table; nil where it has nothing of the kind. It calls yield for each and ends
	// when that returns false, or with ctx.
	Discover func(ctx context.Context, c *Connection, o Discovery, yield func(Found) bool) error
	// Upload begins to bring rows to a table of the system; nil where that is not offered.
	Upload func(ctx context.Context, c *Connection, t UploadTarget) (Uploader, error)
}
