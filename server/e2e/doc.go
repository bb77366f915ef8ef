// Package e2e tests parts against real servers, and the server as its users run it. What needs a part that is not on the machine is skipped,
// or fails where CI is set. It has no code but its tests.
package e2e
