// Package window is the component that groups rows by keys and event-time windows and aggregates them.
//
// The output's event time is its column window_end, never out of order: a window's row leaves when the watermark passes the window's
// end, so a second window may follow. A row whose window ends exactly where a larger window begins belongs to that larger window.
package window
