// Package spill holds state that has outgrown memory: an embedded LSM tree (Pebble) of keys and values in a folder of its own.
//
// It is a place for what is cold, not a store to rely on: nothing is synced and nothing is logged. What is in it stands in the checkpoint's
// segment files as well, so a folder that is lost, or half written when the process was killed, costs nothing but a restart from the
// manifest, which makes a new one.
package spill
