package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	if b.kafka, err = parts.StartKafka(ctx, parts.KafkaOptions{Dir: filepath.Join(b.dir, "kafka"), Heap: "1g"}); err != nil {
		return nil, err
	}
	b.broker, b.brokerPID = b.kafka.Bootstrap(), childNamed("java")
	if b.wants(engineOLAP) {
		library, err := olap.FindLibrary("")
		if err != nil {
			return nil, err
		}
		quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
		b.warehouse, err = olap.Start(ctx, olap.Options{Library: library, DataDir: filepath.Join(b.dir, "olap"), Log: quiet})
		if err != nil {
			return nil, err
		}
	}
	if err := b.writeModels(); err != nil {
		return nil, err
	}
	return b, nil
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
	text, err := json.Marshal(task{Events: b.Events, Broker: b.broker, Expected: b.expected(), Joins: b.expectedJoins()})
	if err != nil {
		return usage{}, done{}, err
	}
	u, err := measure(ctx, b.Timeout, b.environ(), b.self, childCommand, name, string(text))
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

// run produces the events and measures every job.
func (b *harness) run(ctx context.Context) (*report, error) {
	r := newReport(b.settings)
	if err := topics.Recreate(ctx, b.broker, inputTopic, partitions); err != nil {
		return nil, err
	}
	b.say("producing %d events", b.Events)
	produced, d, err := b.task(ctx, produceEvents)
	if err != nil {
		return nil, err
	}
	r.Bytes, r.Produce = d.Bytes, sample{usage: produced}
	b.say("produced %d MB in %.0f s; computing what is expected", d.Bytes>>20, produced.Wall)
	if _, _, err := b.task(ctx, expectRows); err != nil {
		return nil, err
	}
	if b.wantsAny(func(j job) bool { return j.joins }) {
		if err := b.prepareJoins(ctx); err != nil {
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
	if j.name == engineOLAP {
		if _, err := b.query(ctx, "DROP TABLE IF EXISTS "+b.table()+" SYNC"); err != nil {
			return sample{}, err
		}
	}
	s := sample{Load: load()}
	brokerBefore, warehouseBefore := serverCPU(b.brokerPID), b.warehouseCPU()
	var err error
	switch {
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
	case j.name == engineOLAP:
		s.WarehouseCPU = b.warehouseCPU() - warehouseBefore
		err = b.checkWarehouse(ctx)
	case j.check != "":
		_, _, err = b.task(ctx, j.check)
	}
	if err != nil {
		return sample{}, fmt.Errorf("checking its rows: %w\n%s", err, s.Summary)
	}
	return s, nil
}

// engine runs a model to the end of its input, with a data folder of its own.
func (b *harness) engine(ctx context.Context, j job, run int) (usage, json.RawMessage, error) {
	data := filepath.Join(b.dir, "engine", j.name+"-"+strconv.Itoa(run))
	if err := os.MkdirAll(data, 0o700); err != nil {
		return usage{}, nil, fmt.Errorf("making the data folder: %w", err)
	}
	env := []string{}
	if b.warehouse != nil {
		env = append(env, passwordEnv+"="+b.warehouse.Password())
	}
	if b.profiles(j) {
		if err := os.MkdirAll(resultsDir, 0o755); err != nil {
			return usage{}, nil, fmt.Errorf("making the folder of results: %w", err)
		}
		profile, err := filepath.Abs(filepath.Join(resultsDir, j.name+".cpu.pprof"))
		if err != nil {
			return usage{}, nil, fmt.Errorf("finding the folder of results: %w", err)
		}
		env = append(env, "MILLRACE_CPUPROFILE="+profile)
	}
	u, err := measure(ctx, b.Timeout, b.environ(env...), b.Binary, "run", filepath.Join(b.dir, "models", j.model),
		"--catalog", b.catalog(), "--bounded", "--strict", "--quiet", "--json", "--data", data)
	if err != nil {
		return usage{}, nil, err
	}
	summary := json.RawMessage(u.Output)
	if !json.Valid(summary) {
		return usage{}, nil, fmt.Errorf("its summary is not JSON:\n%s", tail(string(u.Output), 20))
	}
	return u, summary, os.RemoveAll(data)
}
