// Package controltest holds the cases that every implementation of control.Manifests and control.Leases must pass.
package controltest
