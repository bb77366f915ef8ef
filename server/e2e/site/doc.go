// Package site tests a whole server from outside, as everybody at once.
//
// The walk goes over every route that the server says it has, as every kind of principal, and computes what the answer has to be from the
// route's declared access and from whose the objects are: a new route is in it from the day it is made, and one that it cannot fill in, or
// that changes something and stands in neither of the lists of what writes an audit line, fails it. The live topics are walked alike.
//
// The hostile inputs are one table: a request a line that somebody who means harm might send, with the status and the code that refuse it.
package site
