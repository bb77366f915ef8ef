package httpapi

import "millrace/server/auth"

// Services are what the routes stand on. Each area declares the small interface it needs in its own file; server/app gives the values.
type Services struct {
	// Sessions tells who makes a request.
	Sessions Sessions
	// Owners and Decider answer what authorize asks.
	Owners  Owners
	Decider Decider
	// Once remembers what was answered to requests with an idempotency key.
	Once Once
	// Identity signs people in and keeps accounts, teams and tokens; Audit reads who changed what.
	Identity *auth.Service
	Audit    AuditLog
}
