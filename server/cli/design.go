package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"millrace/components/clickhouse"
	"millrace/components/clickhouse/design"
	"millrace/models/diag"
	"millrace/server/app"
)

func (c *command) designCommand() *cobra.Command {
	var catalog, data, from, pins string
	var asJSON bool
	var o app.DesignOptions
	cmd := &cobra.Command{
		Use:   "design FILE [NODE]",
		Short: "Design the ClickHouse table that a node's rows land in",
		Long: `Samples the rows of a node (of a sink: what leads into it), looks at the table where there is one, and proposes how the table is made:
engine, sorting key, partitions, types, codecs, each with the figure behind it, and what would go wrong. With --try the rows land in
a scratch table, are read back and compared cell by cell; the scratch table is dropped. Nothing else is written.

What has been decided is pinned with --pins, JSON such as {"order_by": ["country", "ts"], "columns": {"note": {"codec": "ZSTD(3)"}}}.
Exit code 3: the design was stopped by a mistake.`,
		Example:           `  millrace design plays.yaml out --try`,
		Args:              usageArgs(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: completeNodes,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if o.Start, err = startAt(from); err != nil {
				return usageError(cmd, err)
			}
			if o.Rows < 1 || o.Rows > 1_000_000 || o.Timeout <= 0 {
				return usageError(cmd, errors.New("--rows goes from 1 to 1000000, and --timeout is positive"))
			}
			if err := readPins(pins, &o.Pins); err != nil {
				return usageError(cmd, err)
			}
			if len(args) > 1 {
				o.Node = args[1]
			}
			return c.design(cmd, args[0], catalog, data, o, asJSON)
		},
	}
	addCatalog(cmd, &catalog)
	addData(cmd, &data)
	cmd.Flags().StringVar(&o.Connection, "connection", "", "`name` of the connection; a sink node names its own")
	cmd.Flags().StringVar(&o.Table, "table", "", "full `name` of the table; a sink node names its own")
	cmd.Flags().StringVar(&o.Cluster, "cluster", "", "`name` of the cluster that the table is made on")
	cmd.Flags().StringVar(&pins, "pins", "", "what has been decided, as `JSON`")
	cmd.Flags().StringVar(&from, "from", "", "where to begin reading: earliest, latest or a `time` (RFC 3339)")
	cmd.Flags().IntVar(&o.Rows, "rows", 10_000, "`rows` to sample")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", 10*time.Second, "`time` after which what is there is the sample")
	cmd.Flags().BoolVar(&o.Try, "try", false, "land the sample in a scratch table and compare it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// readPins reads decisions strictly: one that is misspelt would be taken for none.
func readPins(text string, to *design.Choices) error {
	if text == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("reading --pins: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("reading --pins: there is more behind the object")
	}
	return nil
}

func (c *command) design(cmd *cobra.Command, file, catalog, data string, o app.DesignOptions, asJSON bool) (err error) {
	config, err := c.config(data, "")
	if err != nil {
		return err
	}
	bench, err := c.bench(config, catalog, nil)
	if err != nil {
		return err
	}
	sources := app.Sources{}
	src, diags := app.ReadModel(file, sources)
	if diags != nil {
		c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
		return failWith(exitDiagnostics, nil)
	}
	o.Log = logger(c.streams.Err, config.Log, slog.LevelError)
	app.LimitMemory(config.Engine)
	conns := bench.PreviewConnections(config, o.Log)
	defer func() { err = errors.Join(err, conns.Close()) }()
	d, diags, err := bench.Design(cmd.Context(), file, src, conns, o)
	c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
	switch {
	case err != nil:
		return fmt.Errorf("designing a table: %w", err)
	case d == nil:
		return failWith(exitDiagnostics, nil)
	}
	if err := c.printDesign(d, asJSON); err != nil {
		return err
	}
	if d.Proposal.Stopped() {
		return failWith(exitDiagnostics, nil)
	}
	return nil
}

func (c *command) printDesign(d *app.Designed, asJSON bool) error {
	var b bytes.Buffer
	if asJSON {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(d); err != nil {
			return fmt.Errorf("encoding the design: %w", err)
		}
	} else {
		writeDesign(&b, d)
	}
	if _, err := c.streams.Out.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the design: %w", err)
	}
	return nil
}

// writeDesign writes the choices, the statements, how rows landed and what would go wrong.
func writeDesign(b *bytes.Buffer, d *app.Designed) {
	p := d.Proposal
	for _, choice := range p.Choices {
		writeChoice(b, choice)
	}
	for _, column := range p.Columns {
		writeChoice(b, column.Type)
		if column.Codec.Value != "" {
			writeChoice(b, column.Codec)
		}
	}
	for _, statement := range p.Statements {
		fmt.Fprintf(b, "\n%s;\n", statement)
	}
	fmt.Fprintf(b, "\n%.1f bytes a row", p.Size.BytesPerRow)
	if p.Size.BytesPerDay > 0 {
		fmt.Fprintf(b, ", %.1f MB a day", p.Size.BytesPerDay/1e6)
	}
	fmt.Fprintf(b, ". %s\n", p.Size.Basis.En)
	if d.Trial != nil {
		writeTrial(b, d.Trial)
	}
	for _, f := range p.Findings {
		fmt.Fprintf(b, "\n%s: %s at %s: %s\n", f.Severity, f.Code, f.Path, f.Message.En)
		fmt.Fprintf(b, "    %s\n", f.Mend.En)
		if f.Pins != nil {
			if pins, err := json.Marshal(f.Pins); err == nil {
				fmt.Fprintf(b, "    --pins '%s'\n", pins)
			}
		}
	}
}

func writeChoice(b *bytes.Buffer, c design.Choice) {
	by := ""
	if c.Pinned {
		by = "  (pinned)"
	}
	fmt.Fprintf(b, "%-28s %s%s\n    %s", c.Path, c.Value, by, c.Why.En)
	for _, f := range c.Figures {
		fmt.Fprintf(b, " %s=%s", f.Name, f.Value)
	}
	b.WriteByte('\n')
}

func writeTrial(b *bytes.Buffer, t *clickhouse.Trial) {
	fmt.Fprintf(b, "\n%d rows tried: %d landed of %d expected, %d refused, %d cells changed. %s\n", t.Sent, t.Landed, t.Expected, t.Rejected, t.LossyCells, t.Promise)
	for _, r := range t.Rejects {
		fmt.Fprintf(b, "    row %d is refused: %s: %s\n", r.Row, r.Column, diag.Code(r.Code))
	}
	for _, l := range t.Lossy {
		fmt.Fprintf(b, "    row %d, %s: %s was sent, %s landed\n", l.Row, l.Column, printable(l.Sent), printable(l.Landed))
	}
}
