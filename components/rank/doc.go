// Package rank is the transform that keeps the first rows of each partition in an order.
package rank
