// Package dedupe is the component that drops repetitions of a key within a time.
package dedupe
