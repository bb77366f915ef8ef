// Package window is the component that groups rows by keys and event-time windows and aggregates them.
//
// The output's event time is its column window_start, so that a second window may follow and a window of minutes falls into the hour it
// lies in. A window's row leaves when the watermark passes the window's end.
package window
