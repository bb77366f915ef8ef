package demo

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"millrace/models/diag"
	"millrace/server/cli/client"
)

//go:embed tables.json models/*.yaml
var files embed.FS

// TeamName is the team of the demo. Where there is one of the name, Seed leaves everything as it is.
const TeamName = "music"

// model is a document of the demo, in the order in which they start: each reads what one in front of it makes.
type model struct {
	file string
	// onError is what its pipeline does with bad rows.
	onError string
}

func models() []model {
	return []model{{file: "models/1-play-events.yaml"}, {file: "models/2-long-plays.yaml"}, {file: "models/3-listeners.yaml"},
		{file: "models/4-language-codes.yaml", onError: "stop"}}
}

// Seed makes the demo through the API: a team, its tables, and its models, published, deployed and started. What was made before, by whomever, is
// left as it is; a Seed that was cut short is gone on with by the next.
func Seed(ctx context.Context, api *client.Client) error {
	team, err := seedTeam(ctx, api)
	if err != nil {
		return err
	}
	// Where ClickHouse is off, what needs it cannot be made; the rest can.
	failed := []error{seedTables(ctx, api, team)}
	for _, m := range models() {
		if err := seedModel(ctx, api, team, m); err != nil {
			failed = append(failed, fmt.Errorf("making the demo's %s: %w", path.Base(m.file), err))
		}
	}
	return errors.Join(failed...)
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// find returns the id of what a list has under a name, "" for nothing.
func find(ctx context.Context, api *client.Client, list, name string) (string, error) {
	for item, err := range client.All[named](ctx, api, list) {
		if err != nil {
			return "", err
		}
		if item.Name == name {
			return item.ID, nil
		}
	}
	return "", nil
}

func seedTeam(ctx context.Context, api *client.Client) (string, error) {
	id, err := find(ctx, api, "/teams", TeamName)
	if err != nil || id != "" {
		return id, err
	}
	var team named
	err = api.Post(ctx, "/teams", map[string]any{"name": TeamName, "description": "The demo: what listeners of a made-up music service do."}, &team)
	if err != nil {
		return "", fmt.Errorf("making the demo's team: %w", err)
	}
	return team.ID, nil
}

func seedTables(ctx context.Context, api *client.Client, team string) error {
	text, err := files.ReadFile("tables.json")
	if err != nil {
		return fmt.Errorf("reading the demo's tables: %w", err)
	}
	var tables []map[string]any
	if err := json.Unmarshal(text, &tables); err != nil {
		return fmt.Errorf("reading the demo's tables: %w", err)
	}
	var failed []error
	for _, t := range tables {
		t["team"] = team
		err := api.Post(ctx, "/tables", t, nil)
		if err != nil && !errors.Is(err, diag.ErrConflict) {
			failed = append(failed, fmt.Errorf("making the demo's table %s: %w", t["name"], err))
		}
	}
	return errors.Join(failed...)
}

// seedModel makes a document, publishes it and deploys it. Each step is left out when it was done before.
func seedModel(ctx context.Context, api *client.Client, team string, m model) error {
	text, err := files.ReadFile(m.file)
	if err != nil {
		return err
	}
	name := nameIn(string(text))
	id, err := find(ctx, api, "/documents", name)
	if err != nil {
		return err
	}
	var doc struct {
		ID        string `json:"id"`
		Published int    `json:"published"`
	}
	var etag string
	if id == "" {
		err = api.Post(ctx, "/documents", map[string]any{"name": name, "team": team, "format": "yaml", "text": string(text)}, &doc, client.ETag(&etag))
	} else {
		err = api.Get(ctx, client.Path("documents", id), &doc, client.ETag(&etag))
	}
	if err != nil {
		return err
	}
	if doc.Published == 0 {
		if err := api.Post(ctx, client.Path("documents", doc.ID, "versions"), map[string]any{"message": "The demo's first version"}, nil, client.IfMatch(etag)); err != nil {
			return err
		}
	}
	if id, err = find(ctx, api, "/pipelines", name); err != nil || id != "" {
		return err
	}
	settings := map[string]any{}
	if m.onError != "" {
		settings["on_error"] = m.onError
	}
	return api.Post(ctx, client.Path("documents", doc.ID, "deploy"), map[string]any{"run": true, "settings": settings, "reason": "The demo starts."}, nil)
}

// nameIn returns the name that a model's text gives it.
func nameIn(text string) string {
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "name: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}
