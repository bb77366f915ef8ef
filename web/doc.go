// Package web carries the built web application inside the binary. The application's sources lie beside it; building them
// fills dist. In a clean clone dist holds only its .gitkeep, so that the module builds without Node.js.
package web
