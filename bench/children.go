package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// masterKey seals the one token of a benchmark's database.
const masterKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// spawn starts this binary as one of its children and returns the first line
// it prints.
func spawn(ctx context.Context, args ...string) (*exec.Cmd, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, "", fmt.Errorf("starting %s: %w", args[0], err)
	}
	return cmd, strings.TrimSpace(first), nil
}

// end interrupts a child and waits for it.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
}

// runSimulator is the LINE simulator: child-simulator LATENCY_MS.
func runSimulator(ctx context.Context, args []string) error {
	latency, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	sim, err := simulator.New(simulator.Options{Limits: simulator.Limits{Off: true}})
	if err != nil {
		return err
	}
	if err := sim.SetFaults(simulator.Faults{LatencyMS: latency}); err != nil {
		return err
	}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		return err
	}
	fmt.Println(sim.URL())
	<-ctx.Done()
	return sim.Stop(context.WithoutCancel(ctx))
}

// runWorker is a worker process: child-worker DATABASE_URL LINE_URL.
func runWorker(ctx context.Context, args []string) error {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(300) // as linecast worker does
	}
	pool, err := postgres.NewPool(ctx, args[0])
	if err != nil {
		return err
	}
	defer pool.Close()
	w, err := worker.New(worker.Config{
		Pool: pool, Channels: channelService(pool, args[1]), TimeZone: time.UTC,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	if err := w.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	if err := profiled(func() { <-ctx.Done() }); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return w.Stop(ctx)
}

// envProfile names the file for a worker's CPU profile.
const envProfile = "LINECAST_BENCH_PROFILE"

// profiled runs f, and writes a CPU profile of it when one is wanted.
func profiled(f func()) error {
	name := os.Getenv(envProfile)
	if name == "" {
		f()
		return nil
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	f()
	pprof.StopCPUProfile()
	return file.Close()
}

func channelService(pool *pgxpool.Pool, lineURL string) channel.Service {
	ring, err := seal.NewRing(masterKey)
	if err != nil {
		panic(err) // a constant
	}
	return channel.Service{Store: postgres.New(pool), Sealer: ring, Clients: channel.NewClients(
		func(token string) (*line.Client, error) {
			return line.NewClient(line.Options{APIBase: lineURL, Token: token, MaxInFlight: 512})
		})}
}

// simulatorStats asks a simulator for its only channel's numbers, reset to
// nothing when reset is set.
func simulatorStats(ctx context.Context, url string, reset bool) (simulator.Stats, error) {
	var all map[string]simulator.Stats
	if err := call(ctx, http.MethodGet, url+"/_simulator/stats", nil, &all); err != nil {
		return simulator.Stats{}, err
	}
	if reset {
		if err := call(ctx, http.MethodPost, url+"/_simulator/reset", nil, nil); err != nil {
			return simulator.Stats{}, err
		}
	}
	return all[simulator.Demo().ID], nil
}

func call(ctx context.Context, method, url string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s %w", method, url, resp.Status, answer, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}
