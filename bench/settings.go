package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/configs"
)

// settings say what to measure.
type settings struct {
	Events  int64         // N: how many events; 5,000,000, or 25,000,000 with FULL=1
	Runs    int           // RUNS: repetitions, of which the median is reported; 1
	Jobs    []string      // JOBS: names of the jobs to run, separated by commas; all but the joins, or with JOINS=1 these and engine-a
	Binary  string        // BIN: the program to measure; bin/millrace
	Profile string        // PROFILE: the engine's job, such as a or temporal, that leaves a CPU profile; it costs that job some CPU time
	Timeout time.Duration // TIMEOUT: of each job; 15m

	// The garbage collector's settings, the same for every job: GOGC and GOMEMLIMIT; by default what the product sets for itself.
	GCPercent   int
	MemoryLimit string
}

// seed makes the events the same in every run.
const seed = 1

func loadSettings(lookup func(string) string) (settings, error) {
	engine := configs.Default().Engine
	s := settings{
		Events: 5_000_000, Runs: 1, Binary: "bin/millrace", Profile: lookup("PROFILE"), Timeout: 15 * time.Minute,
		GCPercent: engine.GCPercent, MemoryLimit: engine.MemoryBudget.String(),
	}
	var errs []error
	check := func(name string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("reading %s=%s: %w", name, lookup(name), err))
		}
	}
	if full := lookup("FULL"); full != "" && full != "0" {
		s.Events = 25_000_000
	}
	if text := lookup("N"); text != "" {
		n, err := strconv.ParseInt(strings.NewReplacer("_", "", ",", "").Replace(text), 10, 64)
		if err == nil && n < 1 {
			err = errors.New("at least one event is needed")
		}
		s.Events = n
		check("N", err)
	}
	if text := lookup("RUNS"); text != "" {
		n, err := strconv.Atoi(text)
		if err == nil && n < 1 {
			err = errors.New("at least one run is needed")
		}
		s.Runs = n
		check("RUNS", err)
	}
	if text := lookup("GOGC"); text != "" {
		n, err := strconv.Atoi(text)
		if err == nil && n < 1 {
			err = errors.New("a percentage is needed")
		}
		s.GCPercent = n
		check("GOGC", err)
	}
	if text := lookup("TIMEOUT"); text != "" {
		d, err := time.ParseDuration(text)
		s.Timeout = d
		check("TIMEOUT", err)
	}
	if text := lookup("GOMEMLIMIT"); text != "" {
		s.MemoryLimit = text
	}
	if text := lookup("BIN"); text != "" {
		s.Binary = text
	}
	if s.Profile != "" && !slices.ContainsFunc(jobs(), func(j job) bool { return j.model != "" && s.profiles(j) }) {
		check("PROFILE", errors.New("the engine has no such job"))
	}
	joins := lookup("JOINS")
	var err error
	s.Jobs, err = chosenJobs(lookup("JOBS"), joins != "" && joins != "0")
	check("JOBS", err)
	return s, errors.Join(errs...)
}

func chosenJobs(text string, joins bool) ([]string, error) {
	var all, usual []string
	for _, j := range jobs() {
		all = append(all, j.name)
		// The joins' goal is a multiple of what (a) takes.
		if j.joins == joins || j.name == engineA {
			usual = append(usual, j.name)
		}
	}
	if text == "" {
		return usual, nil
	}
	chosen := strings.Split(text, ",")
	for _, name := range chosen {
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("there is no job %q; there are %s", name, strings.Join(all, ", "))
		}
	}
	return chosen, nil
}

// wants reports whether one of the names is to run.
func (s *settings) wants(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(s.Jobs, n) })
}

// profiles reports whether a job of the engine's is to leave a profile.
func (s *settings) profiles(j job) bool { return j.name == "engine-"+s.Profile }

// environ is the environment of a job.
func (s *settings) environ(more ...string) []string {
	return append(append(os.Environ(),
		"GOGC="+strconv.Itoa(s.GCPercent), "GOMEMLIMIT="+s.MemoryLimit,
		"MILLRACE_ENGINE_GC_PERCENT="+strconv.Itoa(s.GCPercent), "MILLRACE_ENGINE_MEMORY_BUDGET="+s.MemoryLimit), more...)
}
