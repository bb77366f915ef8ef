package flink

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Run executes a script's statements one after the other in a session of its own, waits until the jobs they start have finished, and
// returns the jobs' ids. A statement ends with a semicolon at the end of a line.
func (c *Cluster) Run(ctx context.Context, script string) ([]string, error) {
	var session struct {
		Handle string `json:"sessionHandle"`
	}
	if err := c.post(ctx, c.gateway+"/sessions", map[string]any{}, &session); err != nil {
		return nil, fmt.Errorf("opening a session: %w", err)
	}
	var jobs []string
	for _, statement := range statements(script) {
		job, err := c.execute(ctx, session.Handle, statement)
		if err != nil {
			return nil, err
		}
		if job != "" {
			jobs = append(jobs, job)
		}
	}
	if len(jobs) == 0 {
		return nil, errors.New("no statement started a job")
	}
	for _, job := range jobs {
		if err := c.awaitJob(ctx, job); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// statements splits a script. Lines that begin with two hyphens are comments.
func statements(script string) []string {
	var all []string
	var b strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n ")
		if strings.HasPrefix(line, "--") {
			continue
		}
		text, ended := strings.CutSuffix(line, ";")
		b.WriteString(text)
		b.WriteByte('\n')
		if ended {
			all = append(all, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" {
		all = append(all, rest)
	}
	return all
}

// execute runs a statement and returns the job it started, if any.
func (c *Cluster) execute(ctx context.Context, session, statement string) (job string, err error) {
	first, _, _ := strings.Cut(statement, "\n")
	var operation struct {
		Handle string `json:"operationHandle"`
	}
	at := c.gateway + "/sessions/" + session
	if err := c.post(ctx, at+"/statements", map[string]any{"statement": statement}, &operation); err != nil {
		return "", fmt.Errorf("submitting %q: %w", first, err)
	}
	at += "/operations/" + operation.Handle
	err = c.await(ctx, fmt.Sprintf("executing %q", first), func() error {
		var result struct {
			Type string `json:"resultType"`
			Job  string `json:"jobID"`
		}
		// The result of a statement that failed is an error of the gateway, with the cause in its text.
		if err := c.get(ctx, at+"/result/0?rowFormat=JSON", &result); err != nil {
			return permanent{err}
		}
		if result.Type == "NOT_READY" {
			return errors.New("it still runs")
		}
		job = result.Job
		return nil
	})
	return job, err
}

// awaitJob waits for the end of a job that reads bounded inputs.
func (c *Cluster) awaitJob(ctx context.Context, job string) error {
	return c.await(ctx, "waiting for job "+job, func() error {
		var found struct {
			State string `json:"state"`
		}
		if err := c.get(ctx, c.rest+"/jobs/"+job, &found); err != nil {
			return err
		}
		switch found.State {
		case "FINISHED":
			return nil
		case "FAILED", "CANCELED", "SUSPENDED":
			var why struct {
				Cause string `json:"root-exception"`
				All   struct {
					Entries []struct {
						Trace string `json:"stacktrace"`
					} `json:"entries"`
				} `json:"exceptionHistory"`
			}
			_ = c.get(ctx, c.rest+"/jobs/"+job+"/exceptions", &why) // a help; that it failed is told anyhow
			if why.Cause == "" && len(why.All.Entries) > 0 {
				why.Cause = why.All.Entries[0].Trace
			}
			return permanent{fmt.Errorf("it is %s: %.4000s", found.State, why.Cause)}
		}
		return fmt.Errorf("it is %s", found.State)
	})
}

func (c *Cluster) get(ctx context.Context, url string, into any) error {
	return c.call(ctx, http.MethodGet, url, nil, into)
}

func (c *Cluster) post(ctx context.Context, url string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encoding the request: %w", err)
	}
	return c.call(ctx, http.MethodPost, url, text, into)
}

func (c *Cluster) call(ctx context.Context, method, url string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("building the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("asking Flink: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("reading Flink's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asking Flink: it answered %s: %s", resp.Status, causes(text))
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading Flink's answer %.200q: %w", text, err)
	}
	return nil
}

// causes returns the causes that the stack traces of an answer name, the answer's beginning where there are none.
func causes(answer []byte) string {
	var told struct {
		Errors []string `json:"errors"`
	}
	_ = json.Unmarshal(answer, &told) // another form is shown as it is
	var found []string
	for _, trace := range told.Errors {
		for line := range strings.Lines(trace) {
			if cause, ok := strings.CutPrefix(strings.TrimSpace(line), "Caused by: "); ok {
				found = append(found, cause)
			}
		}
	}
	if len(found) == 0 {
		return fmt.Sprintf("%.2000s", answer)
	}
	return strings.Join(found, "\n")
}
