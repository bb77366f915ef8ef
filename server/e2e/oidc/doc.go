// Package oidc signs in through a real Keycloak: its log-in form is filled by a client with cookies, as a browser would, and its answers are
// replayed, exchanged and tampered with on their way.
package oidc
