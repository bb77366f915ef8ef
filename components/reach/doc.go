// Package reach bounds what connections may reach from this process: addresses of the network and folders of the machine.
//
// People who may make a connection choose where the server connects to. So every client of a system dials through a Guard, which judges
// the address that a name resolved to at the moment of connecting: a name that resolves to something else a second later, or a broker
// that names another address in its metadata, gets no further.
//
// Without rules everything may be reached but link-local, multicast and unspecified addresses and the well-known addresses of cloud
// metadata services. With rules only what they name may be reached, and of those blocks only what a rule names by address.
//
//	network:
//	  allow: [10.0.0.0/8, "10.1.2.3:9000", "*.kafka.example.com:9092-9094", "[2001:db8::/32]:9440"]
//	  folders: [/srv/millrace/files]
package reach
