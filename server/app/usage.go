package app

import "time"

// Usage is what a process has used since it began. Children counts processes it started that have ended, such as the embedded ClickHouse.
type Usage struct {
	UserSeconds           float64 `json:"user_seconds"`
	SystemSeconds         float64 `json:"system_seconds"`
	ChildrenUserSeconds   float64 `json:"children_user_seconds"`
	ChildrenSystemSeconds float64 `json:"children_system_seconds"`
	PeakRSSBytes          int64   `json:"peak_rss_bytes"`
	ChildrenPeakRSSBytes  int64   `json:"children_peak_rss_bytes"`
}

func seconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e6 }
