package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"millrace/server/app"
	"millrace/server/cli/client"
	"millrace/server/rejects"
)

// remoteRejects lists what a pipeline of a server has rejected, as the command does for a data folder.
func (c *command) remoteRejects(ctx context.Context, pipeline, kind string, limit int, asJSON bool) error {
	api, err := c.api()
	if err != nil {
		return err
	}
	found, err := find(ctx, api, resources()["pipelines"], "pipelines", pipeline)
	if err != nil {
		return err
	}
	options := []client.Option{}
	if kind != "" {
		options = append(options, client.Query("kind", kind))
	}
	n, told := 0, false
	for item, err := range client.All[rejects.Item](ctx, api, "/pipelines"+client.Path(found.text("id"))+"/rejects", options...) {
		if err != nil {
			return err
		}
		if asJSON {
			e := json.NewEncoder(c.streams.Out)
			e.SetEscapeHTML(false)
			err = e.Encode(item)
		} else {
			_, err = io.WriteString(c.streams.Out, item.ID+"\n  "+rejectText(app.Reject{Pipeline: pipeline, Committed: item.CommittedAt, Reject: item.Reject}))
		}
		if err != nil {
			return err
		}
		if item.Hidden && !told {
			told = true
			fmt.Fprintln(c.streams.Err, "The records are not shown: you may not read all that the pipeline reads.")
		}
		if n++; n == limit {
			return nil
		}
	}
	return nil
}

// serverKnown reports whether there is a server to speak to.
func serverKnown() bool {
	_, err := client.Current(os.Getenv)
	return err == nil
}
