// Package union is the component that puts the rows of several inputs together.
package union
