// Package client calls the API of a Millrace server for the command line.
//
//	c, err := client.New(profile)
//	err = c.Get(ctx, client.Path("tables", id), &table, client.Query("limit", "10"))
//	err = c.Put(ctx, client.Path("documents", id), change, &document, client.IfMatch(etag))
//	for item, err := range client.All[Table](ctx, c, "/tables") { ... }
//
// Paths are those below /api/v1. What the server refuses comes back as an *Error with the code, the fix and all diagnostics that it
// answered with; the command line shows it as it shows its own. A Profile is where the server is and with what token: millrace login stores
// one, and the environment goes before it.
package client
