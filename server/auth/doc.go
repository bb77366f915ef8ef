// Package auth knows who is asking: accounts, passwords, sessions, API tokens and the single sign-on of OpenID Connect.
package auth
