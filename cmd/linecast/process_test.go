package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/internal/pgtest"
)

// process is the program as a process of its own.
func process(t *testing.T, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), file, args...)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "LINECAST_") || strings.HasPrefix(entry, "LINECAST_PG_BIN=") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, environ...)
	return cmd
}

// TestDemo runs the demo twice in one data directory, as a stranger would: the
// second start begins anew.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp(localpg.FastDir(), "linecast-demo-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the user postgres must get through
		t.Fatal(err)
	}
	for n, args := range [][]string{{"--json"}, {"--json", "--recipients", "300"}} {
		var out, talk bytes.Buffer
		cmd := process(t, nil, append([]string{"demo", "--exit", "--data-dir", dir}, args...)...)
		cmd.Stdout, cmd.Stderr = &out, &talk
		if err := cmd.Run(); err != nil {
			t.Fatalf("demo %v: %v\n%s", args, err, talk.String())
		}
		var p delivery.Progress
		if err := json.Unmarshal(out.Bytes(), &p); err != nil {
			t.Fatalf("%v in %q", err, out.String())
		}
		checkDemo(t, p, talk.String(), n)
	}
	info, err := os.Stat(filepath.Join(dir, "demo.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the master key's file: %v, %v", info, err)
	}
}

func checkDemo(t *testing.T, p delivery.Progress, talk string, n int) {
	t.Helper()
	if problem := p.Check(); problem != "" || p.State != delivery.RunFinished || p.CheckedAt == nil || p.Remaining != 0 {
		t.Errorf("the run: %s %q, %+v", p.State, problem, p)
	}
	want := [][]string{
		{"a new database\n", "5,008 rows: 5,000 created", "8 rejected", "line 557: the row has no line_id", "LINE answered 200"},
		{"in place of the last demo's", "300 rows: 300 created"},
	}[n]
	for _, text := range append(want, "the simulated LINE counted the same") {
		if !strings.Contains(talk, text) {
			t.Errorf("the demo does not say %q:\n%s", text, talk)
		}
	}
	if least := []int64{4000, 250}[n]; p.Counts.Accepted < least || p.Counts.Rejected == 0 || p.Reasons["missing_attribute"] == 0 {
		t.Errorf("counts %+v, %v", p.Counts, p.Reasons)
	}
	if strings.Contains(talk, "\x1b") || strings.Contains(talk, "\r") {
		t.Error("a log has a terminal's marks")
	}
}

var listening = regexp.MustCompile(`msg=listening.* address=(\S+)`)

// TestServeStops sends SIGTERM to a server that has answered.
func TestServeStops(t *testing.T) {
	t.Parallel()
	cmd := process(t, []string{"LINECAST_DATABASE_URL=" + pgtest.URL(t), "LINECAST_LISTEN=127.0.0.1:0"}, "serve")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	var said strings.Builder
	for {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("it ended: %v\n%s", err, said.String())
		}
		if found := listening.FindStringSubmatch(line); found != nil {
			answer, err := http.Get("http://" + found[1] + "/healthz")
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Fatal(answer, err)
			}
			answer.Body.Close()
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(lines)
	if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), "msg=stopping") {
		t.Errorf("after SIGTERM: %v\n%s", err, rest)
	}
}

// TestAddressTaken: an address that somebody listens on is no internal error.
func TestAddressTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, command := range []string{"simulate", "serve"} {
		r := call(t.Context(), map[string]string{"LINECAST_DATABASE_URL": pgtest.URL(t)}, "", command, "--listen", l.Addr().String())
		if r.code != exitUsage || !strings.Contains(r.talk, "Error: The address cannot be listened on: "+l.Addr().String()) || !strings.Contains(r.talk, "--listen") {
			t.Errorf("%s: exit %d, %s", command, r.code, r.talk)
		}
	}
}

// TestSimulate starts the simulator, reads what it prints and ends it.
func TestSimulate(t *testing.T) {
	t.Parallel()
	cmd := process(t, nil, "simulate", "--listen", "127.0.0.1:0", "--json", "--token", "my-token")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var v map[string]string
	if err := json.NewDecoder(out).Decode(&v); err != nil {
		t.Fatal(err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, v["url"]+"/v2/bot/info", nil)
	r.Header.Set("Authorization", "Bearer my-token")
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Error(answer, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGINT: %v", err)
	}
}
