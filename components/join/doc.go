// Package join is the transform that brings the rows of two inputs together: by key whatever their times, within an interval of time, or each
// left row with the version of the right one that was valid at its time.
package join
