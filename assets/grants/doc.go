// Package grants decides who may do what with which table.
package grants
