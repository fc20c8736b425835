package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/line/simulator"
)

var update = flag.Bool("update", false, "write the golden files anew")

// result is what a call of the program came to.
type result struct {
	code      int
	out, talk string
}

// call runs the program in this process.
func call(ctx context.Context, environ map[string]string, in string, args ...string) result {
	var out, talk buffer
	code := run(ctx, args, strings.NewReader(in), &out, &talk, environ)
	return result{code, out.String(), talk.String()}
}

// buffer may be written by several goroutines, as a process's log is.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// binaries is where TestMain lets tests build the program.
var binaries string

// binary builds the program once for all tests that need a real process.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(binaries, "linecast")
	out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "linecast-binary-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// server is a whole linecast in this process, on a database of its own and a
// simulated LINE; environ names it to commands.
type server struct {
	line    *simulator.Simulator
	environ map[string]string
}

func newServer(t *testing.T) server {
	t.Helper()
	ctx := t.Context()
	account := simulator.Demo()
	account.Unknown = stranger
	line, err := simulator.New(simulator.Options{Channels: []simulator.Channel{account}})
	if err != nil {
		t.Fatal(err)
	}
	if err := line.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Stop(context.WithoutCancel(ctx)) })
	environ := map[string]string{
		"LINECAST_DATABASE_URL": pgtest.URL(t), "LINECAST_LISTEN": "127.0.0.1:0", "LINECAST_LINE_API_BASE": line.URL(),
		"LINECAST_LINE_DATA_API_BASE": line.URL(), "LINECAST_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"LINE_CHANNEL_TOKEN": account.Token, "LINE_CHANNEL_SECRET": account.Secret,
	}
	settings, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, app.Options{Config: settings, Serve: true, Work: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	key, err := makeKey(ctx, a.DB(), "test", []access.Scope{access.Admin}, nil)
	if err != nil {
		t.Fatal(err)
	}
	environ["LINECAST_URL"], environ["LINECAST_API_KEY"] = a.URL(), key
	return server{line, environ}
}

// changing are the parts of what is printed that differ from run to run.
var changing = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?Z?)?( ?[+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`PostgreSQL \d[\d.]*( \([^)]*\))?`), "PostgreSQL VERSION"},
	{regexp.MustCompile(`request [0-9a-f-]{20,36}`), "request ID"},
	{regexp.MustCompile(`message \d+`), "message ID"},
	{regexp.MustCompile(`http://127\.0\.0\.1:\d+`), "URL"},
	{regexp.MustCompile(`lcs_\w+`), "KEY"},
	{regexp.MustCompile(`…\w{4}`), "…LAST"},
}

func settled(text string) string {
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.to)
	}
	return text
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s: run go test ./cmd/linecast -update (-file +code):\n%s", file, diff)
	}
}

// TestHelp prints the help of every command.
func TestHelp(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.Name() == "help" || cmd.Name() == "completion" || strings.Contains(cmd.CommandPath(), "completion ") {
			return
		}
		path := strings.Fields(cmd.CommandPath())[1:]
		r := call(t.Context(), nil, "", append(path, "--help")...)
		if r.code != 0 || r.talk != "" {
			t.Errorf("%s --help: exit %d, %s", cmd.CommandPath(), r.code, r.talk)
		}
		fmt.Fprintf(&all, "$ %s --help\n%s\n", cmd.CommandPath(), r.out)
		if cmd.Short == "" {
			t.Errorf("%s does not say what it does", cmd.CommandPath())
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(newRoot(&cli{flags: map[string]string{}}))
	golden(t, "help.golden", all.String())
}
