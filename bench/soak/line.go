package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/linecast/linecast/bench/soak/checker"
	"github.com/linecast/linecast/line/simulator"
)

// platform is the simulated LINE, in a process of its own so that its record
// survives whatever is killed.
type platform struct{ url string }

// faults makes it misbehave.
func (p platform) faults(ctx context.Context, f simulator.Faults) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return p.call(ctx, http.MethodPut, "faults", body, func(io.Reader) error { return nil })
}

// stats is what it counted.
func (p platform) stats(ctx context.Context) (simulator.Stats, error) {
	var all map[string]simulator.Stats
	err := p.call(ctx, http.MethodGet, "stats", nil, func(r io.Reader) error { return json.NewDecoder(r).Decode(&all) })
	return all[simulator.Demo().ID], err
}

// messages is what each person received.
func (p platform) messages(ctx context.Context) (list []checker.Message, err error) {
	err = p.call(ctx, http.MethodGet, "record", nil, func(r io.Reader) error {
		for lines := json.NewDecoder(r); ; {
			var m checker.Message
			if err := lines.Decode(&m); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			list = append(list, m)
		}
	})
	return list, err
}

func (p platform) call(ctx context.Context, method, what string, body []byte, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, method, p.url+"/_simulator/"+what, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking the simulator for its %s: %w", what, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return fmt.Errorf("the simulator's %s: %s %s", what, resp.Status, text)
	}
	return read(resp.Body)
}
