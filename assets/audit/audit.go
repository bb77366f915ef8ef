// Package audit says who changed what. A line is written in the same transaction as the change it tells of, and never changed or
// removed afterwards.
package audit

import (
	"context"
	"encoding/json"
	"time"
)

// Actor is who a change is made for.
type Actor struct {
	// Subject is "user:<id>" or "team:<id>", or "system" for what the server does by itself.
	Subject string `json:"subject"`
	// Name is what people call the actor.
	Name string `json:"name"`
	// Token is the id of the API token that was used, "" for a session.
	Token string `json:"token,omitempty"`
	// Request is the id of the request, Remote the address it came from.
	Request string `json:"request,omitempty"`
	Remote  string `json:"remote,omitempty"`
}

// System is the actor of what nobody asked for.
func System() Actor { return Actor{Subject: "system", Name: "Millrace"} }

// Entry is one line.
type Entry struct {
	ID int64     `json:"id"`
	At time.Time `json:"at"`
	Actor
	// Action is what was done, "table.create" or "session.refuse".
	Action string `json:"action"`
	// Object is the id of what it was done to, with its kind, "table:4f…"; ObjectName is its name at that time.
	Object     string `json:"object"`
	ObjectName string `json:"object_name,omitempty"`
	// Team is the team the object belongs to, whose members may read the line; "" is for administrators only.
	Team string `json:"team,omitempty"`
	// Detail holds what changed, never a secret.
	Detail json.RawMessage `json:"detail,omitempty"`
}

type actorKey struct{}

// With returns a context whose changes are the actor's.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From returns the context's actor, System where there is none.
func From(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return System()
}
