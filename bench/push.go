package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
)

// rawInFlight is how many requests the raw loop keeps on the wire; on two
// processors more of them make it no faster.
const rawInFlight = 64

// rawLoop posts n ready bodies with one plain Go client and returns how long
// it took: what sending costs when nothing is remembered.
func rawLoop(ctx context.Context, url string, body func(i int) []byte, n, inFlight int) (time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	defer client.CloseIdleConnections()
	var next, failed atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range inFlight {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if post(ctx, client, url, body(int(i))) != nil {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n := failed.Load(); n > 0 {
		return 0, fmt.Errorf("%d raw requests failed", n)
	}
	return time.Since(start), nil
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v2/bot/message/push", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+simulator.Demo().Token)
	req.Header.Set(line.RetryKeyHeader, uuid.NewString())
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

// readyGreeting is greeting as it was rendered.
func readyGreeting(i int) []byte {
	return fmt.Appendf(nil, `{"to":"%s","messages":[{"type":"text","text":"Hi Name %d, your coupon is waiting for you!"}]}`, simulator.UserID(i), i)
}

func benchPush(ctx context.Context, size sizes, out io.Writer) error {
	return pushes(ctx, size, greeting, readyGreeting, out)
}

//go:embed testdata/flex.json
var flex string

// benchFlex is benchPush of a flex message of 2.5 KB with nine placeholders.
func benchFlex(ctx context.Context, size sizes, out io.Writer) error {
	before, after, _ := strings.Cut(flex, "<<UserAttribute['line_id']>>")
	return pushes(ctx, size, flex, func(i int) []byte { return []byte(before + simulator.UserID(i) + after) }, out)
}

// pushes measures a campaign and the raw loop in turn, against the same
// simulator.
func pushes(ctx context.Context, size sizes, template string, ready func(i int) []byte, out io.Writer) error {
	s, err := newScene(ctx, size.recipients, 1, 0, 0)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.widen(ctx, size.extra); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "round\traw/s\tlinecast/s\tratio\traw µs\tworker µs\tpostgres µs\tWAL B\tworker MiB\tfirst ms\t")
	var raws, ours, ratios, raw, worker, pg, wal []float64
	n := float64(size.recipients)
	for round := range size.rounds {
		before := cpuOfOne(os.Getpid(), false)
		rawTook, err := rawLoop(ctx, s.lineURL, ready, size.recipients, rawInFlight)
		if err != nil {
			return err
		}
		raw = append(raw, micros(cpuOfOne(os.Getpid(), false)-before)/n)
		if _, err := simulatorStats(ctx, s.lineURL, true); err != nil {
			return err
		}
		m, err := s.measure(ctx, template)
		if err != nil {
			return err
		}
		if _, err := simulatorStats(ctx, s.lineURL, true); err != nil {
			return err
		}
		raws, ours = append(raws, n/rawTook.Seconds()), append(ours, n/m.took.Seconds())
		ratios = append(ratios, rawTook.Seconds()/m.took.Seconds())
		worker, pg = append(worker, micros(m.workerCPU)/n), append(pg, micros(m.postgresCPU)/n)
		wal = append(wal, float64(m.wal)/n)
		fmt.Fprintf(table, "%d\t%.0f\t%.0f\t%.2f\t%.1f\t%.1f\t%.1f\t%.0f\t%d\t%d\t\n", round+1, raws[round], ours[round], ratios[round],
			raw[round], worker[round], pg[round], wal[round], peakMemory(s.workers[0].Process.Pid), m.first.Milliseconds())
	}
	fmt.Fprintf(table, "median\t%.0f\t%.0f\t%.2f\t%.1f\t%.1f\t%.1f\t%.0f\t\t\t\n", median(raws), median(ours), median(ratios), median(raw), median(worker), median(pg), median(wal))
	return table.Flush()
}

// everybody is a message that names nobody.
const everybody = `{"messages":[{"type":"text","text":"Your coupon is waiting for you!"}]}`

// benchMulticast measures a campaign that goes by multicast. Its bar is half of
// what LINE takes: 200 calls of 500 recipients a second.
func benchMulticast(ctx context.Context, size sizes, out io.Writer) error {
	s, err := newScene(ctx, max(size.recipients, 200_000), 1, 0, 0)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.pool.Exec(ctx, `update channels set multicast_per_second = 200`); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "round\trecipients/s\tof LINE's limit\tworker µs\tpostgres µs\tWAL B\tworker MiB\t")
	for round := range size.rounds {
		m, err := s.measure(ctx, everybody)
		if err != nil {
			return err
		}
		n := float64(max(size.recipients, 200_000))
		perSecond := n / m.took.Seconds()
		fmt.Fprintf(table, "%d\t%.0f\t%.2f\t%.1f\t%.1f\t%.0f\t%d\t\n", round+1, perSecond, perSecond/100_000,
			micros(m.workerCPU)/n, micros(m.postgresCPU)/n, float64(m.wal)/n, peakMemory(s.workers[0].Process.Pid))
	}
	return table.Flush()
}

// measured is what one campaign cost.
type measured struct {
	took                   time.Duration
	first                  time.Duration // from the end of the freeze to the first batch's beginning
	workerCPU, postgresCPU time.Duration
	wal                    int64
}

func (s *scene) measure(ctx context.Context, body string) (m measured, err error) {
	if _, err := s.pool.Exec(ctx, `checkpoint`); err != nil {
		return m, err
	}
	wal, err := walBytes(ctx, s.pool)
	if err != nil {
		return m, err
	}
	cpu := func() (w time.Duration) {
		for _, c := range s.workers {
			w += cpuOf(c.Process.Pid)
		}
		return w
	}
	worker, pg := cpu(), cpuOf(s.server.PID())
	p, err := s.send(ctx, body)
	if err != nil {
		return m, err
	}
	m.workerCPU, m.postgresCPU = cpu()-worker, cpuOf(s.server.PID())-pg
	after, err := walBytes(ctx, s.pool)
	if err != nil {
		return m, err
	}
	m.wal = after - wal
	m.took, m.first, err = s.took(ctx, p)
	return m, err
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
