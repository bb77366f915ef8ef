// Package aggregate is the transform that groups a changing table and aggregates it, without a window: the answer follows every change.
package aggregate
