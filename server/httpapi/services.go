package httpapi

import (
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/components/component"
	"millrace/pipelines/control"
	"millrace/server/auth"
	"millrace/server/live"
	"millrace/server/query"
	"millrace/server/rejects"
)

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
	// Catalog has connections, tables and uploads.
	Catalog Catalog
	// Policies decides about many tables at once, for searches and lineage.
	Policies Policies
	// Documents makes and publishes models.
	Documents *document.Service
	// Components are what models are made of.
	Components *component.Registry
	// Lineage has the graph of tables, TableInfo tells of those in it.
	Lineage   *lineage.Service
	TableInfo lineage.TableInfo
	// Search is this server's index.
	Search *search.Index
	// Designer designs ClickHouse tables.
	Designer Designer
	// Queries asks tables in ClickHouse, Previews runs a part of a model, and Rejects has what pipelines have put aside.
	Queries  *query.Service
	Previews Previewer
	Rejects  *rejects.Service
	// Live keeps pages up to date.
	Live *live.Server
	// Grants has policies and requests for access.
	Grants *grants.Service
	// Pipelines has what was deployed, Planner makes plans of what is to be, and Workers knows who runs them.
	Pipelines *control.Service
	Planner   Planner
	Workers   WorkerList
	// Moments has how they have done lately.
	Moments Moments
}
