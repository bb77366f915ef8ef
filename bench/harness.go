package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"millrace/bench/flink"
	"millrace/bench/topics"
	"millrace/server/e2e/parts"
	"millrace/server/embedded/olap"
)

//go:embed models
var models embed.FS

// passwordEnv holds ClickHouse's password for the catalog.
const passwordEnv = "MILLRACE_BENCH_PASSWORD"

// harness is a run's servers and folders.
type harness struct {
	settings
	self      string // this program
	dir       string // everything of the run; removed in the end
	broker    string
	brokerPID int
	kafka     *parts.Kafka
	warehouse *olap.Server // nil when no job needs it
	jars      string       // Flink's; empty when no job needs them
}

func open(ctx context.Context, s settings) (_ *harness, err error) {
	b := &harness{settings: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	if b.wantsAny(func(j job) bool { return j.model != "" }) {
		if b.Binary, err = filepath.Abs(b.Binary); err != nil {
			return nil, fmt.Errorf("finding the program to measure: %w", err)
		}
		if _, err := os.Stat(b.Binary); err != nil {
			return nil, fmt.Errorf("finding the program to measure (make build makes it): %w", err)
		}
	}
	if b.wantsAny(func(j job) bool { return j.script != "" }) {
		if b.jars, err = flink.FindJars(); err != nil {
			return nil, err
		}
	}
	if b.dir, err = os.MkdirTemp("", "millrace-bench-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if b.wantsAny(func(j job) bool { return !j.alone || j.topic != "" }) {
		if err := b.startKafka(ctx); err != nil {
			return nil, err
		}
	}
	if b.wantsAny(func(j job) bool { return j.table != "" }) {
		if err := b.startWarehouse(ctx); err != nil {
			return nil, err
		}
	}
	if err := b.writeModels(); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *harness) startKafka(ctx context.Context) (err error) {
	if b.kafka, err = parts.StartKafka(ctx, parts.KafkaOptions{Dir: filepath.Join(b.dir, "kafka"), Heap: "1g"}); err != nil {
		return err
	}
	b.broker, b.brokerPID = b.kafka.Bootstrap(), childNamed("java")
	return nil
}

// wantsAny reports whether a job of some kind is to run.
func (b *harness) wantsAny(kind func(job) bool) bool {
	return slices.ContainsFunc(jobs(), func(j job) bool { return kind(j) && b.wants(j.name) })
}

// fill returns one of the models' templates filled in with where the servers listen.
func (b *harness) fill(name string) (string, error) {
	text, err := models.ReadFile("models/" + name)
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return "", fmt.Errorf("reading the template %s: %w", name, err)
	}
	places := map[string]string{"Broker": b.broker, "Warehouse": "127.0.0.1:9000", "Database": "bench", "User": "bench"}
	if w := b.warehouse; w != nil {
		places["Warehouse"], places["Database"], places["User"] = w.Addr(), w.Database(), w.User()
	}
	var filled strings.Builder
	if err := t.Execute(&filled, places); err != nil {
		return "", fmt.Errorf("filling in %s: %w", name, err)
	}
	return filled.String(), nil
}

// writeModels puts the models and the filled-in catalog where the engine reads them.
func (b *harness) writeModels() error {
	catalog, err := b.fill("catalog.yaml")
	if err != nil {
		return err
	}
	sub, err := fs.Sub(models, "models")
	if err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(b.dir, "models"), sub); err != nil {
		return fmt.Errorf("writing the models: %w", err)
	}
	if err := os.WriteFile(b.catalog(), []byte(catalog), 0o644); err != nil {
		return fmt.Errorf("writing the catalog: %w", err)
	}
	return nil
}

func (b *harness) catalog() string       { return filepath.Join(b.dir, "catalog.yaml") }
func (b *harness) expected() string      { return filepath.Join(b.dir, "expected.json") }
func (b *harness) expectedJoins() string { return filepath.Join(b.dir, "expected_joins.json") }

// close stops the servers and removes what they wrote.
func (b *harness) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var errs []error
	if b.warehouse != nil {
		errs = append(errs, b.warehouse.Close(ctx))
	}
	if b.kafka != nil {
		b.kafka.Kill() // nobody reads its data again
	}
	if b.dir != "" {
		errs = append(errs, os.RemoveAll(b.dir))
	}
	return errors.Join(errs...)
}

// say tells the progress on standard error; the report alone goes to standard output.
func (b *harness) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// task runs one of this program's own tasks.
func (b *harness) task(ctx context.Context, name string) (usage, done, error) {
	text, err := json.Marshal(task{Events: b.Events, Broker: b.broker, Expected: b.expected(), Joins: b.expectedJoins(), Target: b.target(name)})
	if err != nil {
		return usage{}, done{}, err
	}
	u, err := measure(ctx, b.Timeout, b.environ(b.password()...), b.self, childCommand, name, string(text))
	if err != nil {
		return usage{}, done{}, fmt.Errorf("%s: %w", name, err)
	}
	var d done
	if err := json.Unmarshal(u.Output, &d); err != nil {
		return usage{}, done{}, fmt.Errorf("reading what %s tells: %w", name, err)
	}
	return u, d, nil
}

// prepareJoins produces what the events are joined with and what is joined with each other, and computes what is expected.
func (b *harness) prepareJoins(ctx context.Context) error {
	b.say("producing what is joined")
	inputs := []struct{ topic, task string }{{usersTopic, produceUsers}, {playsTopic, producePlays}, {likesTopic, produceLikes}}
	for _, input := range inputs {
		if err := topics.Recreate(ctx, b.broker, input.topic, partitions); err != nil {
			return err
		}
		if _, _, err := b.task(ctx, input.task); err != nil {
			return err
		}
	}
	_, _, err := b.task(ctx, expectJoins)
	return err
}

// prepare produces the events, and computes what is expected of the jobs that read them.
func (b *harness) prepare(ctx context.Context, r *report) error {
	if err := topics.Recreate(ctx, b.broker, inputTopic, partitions); err != nil {
		return err
	}
	b.say("producing %d events", b.Events)
	produced, d, err := b.task(ctx, produceEvents)
	if err != nil {
		return err
	}
	r.Bytes, r.Produce = d.Bytes, sample{usage: produced}
	b.say("produced %d MB in %.0f s; computing what is expected", d.Bytes>>20, produced.Wall)
	if _, _, err := b.task(ctx, expectRows); err != nil {
		return err
	}
	if b.wantsAny(func(j job) bool { return j.joins }) {
		return b.prepareJoins(ctx)
	}
	return nil
}

// run produces the events and measures every job.
func (b *harness) run(ctx context.Context) (*report, error) {
	r := newReport(b.settings)
	if b.wantsAny(func(j job) bool { return !j.alone }) {
		if err := b.prepare(ctx, r); err != nil {
			return nil, err
		}
	}
	all := slices.DeleteFunc(jobs(), func(j job) bool { return !slices.Contains(b.Jobs, j.name) })
	for run := range b.Runs {
		for i := range all {
			// Each repetition begins with another job, so that none always runs on a machine that is just warm.
			j := all[(i+run)%len(all)]
			b.say("run %d: %s", run+1, j.name)
			s, err := b.once(ctx, j, run)
			if err != nil {
				return nil, fmt.Errorf("job %s: %w", j.name, err)
			}
			b.say("run %d: %s took %.1f s, %.1f CPU seconds", run+1, j.name, s.Wall, s.CPU)
			r.add(j, s)
		}
	}
	r.finish()
	return r, nil
}

// once runs a job and checks its rows.
func (b *harness) once(ctx context.Context, j job, run int) (sample, error) {
	if j.topic != "" {
		if err := topics.Recreate(ctx, b.broker, j.topic, partitions); err != nil {
			return sample{}, err
		}
	}
	if j.table != "" {
		if err := b.emptyTable(ctx, j); err != nil {
			return sample{}, err
		}
	}
	s := sample{Load: load()}
	brokerBefore, warehouseBefore := serverCPU(b.brokerPID), b.warehouseCPU()
	var err error
	switch {
	case j.live():
		s.usage, s.Visible, s.Summary, err = b.live(ctx, j, run)
	case j.model != "":
		s.usage, s.Summary, err = b.engine(ctx, j, run)
	case j.script != "":
		s.usage, s.Summary, err = b.flink(ctx, j, run)
	default:
		var d done
		s.usage, d, err = b.task(ctx, j.name)
		if err == nil && j.name == bare && d.Bytes == 0 {
			err = errors.New("it read nothing")
		}
	}
	if err != nil {
		return sample{}, err
	}
	s.BrokerCPU = serverCPU(b.brokerPID) - brokerBefore
	switch {
	case j.table != "":
		s.WarehouseCPU = b.warehouseCPU() - warehouseBefore
		err = b.checkTable(ctx, j, s.Visible)
	case j.check != "":
		_, _, err = b.task(ctx, j.check)
	}
	if err != nil {
		return sample{}, fmt.Errorf("checking its rows: %w\n%s", err, s.Summary)
	}
	return s, nil
}
