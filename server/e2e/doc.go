// Package e2e runs the binary as its users do. What needs a part that is not on the machine is skipped, or fails where CI is set.
package e2e
