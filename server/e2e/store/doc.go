// Package store runs the metadata store's own tests on a real MariaDB server, and kills that server while it is used.
package store
