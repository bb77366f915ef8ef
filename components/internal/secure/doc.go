// Package secure holds what all connections say about TLS: the fields of their forms, and what becomes of them.
package secure
