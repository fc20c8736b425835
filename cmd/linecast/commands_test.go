package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/pgtest"
)

// TestCommands plays testdata/commands.txt against a whole linecast: each line
// that begins with $ is a command, what follows is what it says and its exit
// code.
func TestCommands(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	file := filepath.Join("testdata", "commands.txt")
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var played strings.Builder
	for line := range strings.Lines(string(script)) {
		command, ok := strings.CutPrefix(line, "$ linecast ")
		if !ok {
			if strings.HasPrefix(line, "#") {
				played.WriteString("\n" + line)
			}
			continue
		}
		r := call(t.Context(), s.environ, `{"attribute": "tier", "is": "equals", "value": "gold"}`, strings.Fields(command)...)
		fmt.Fprintf(&played, "%s%s%s", line, settled(r.talk), settled(r.out))
		if r.code != 0 {
			fmt.Fprintf(&played, "[exit %d]\n", r.code)
		}
	}
	golden(t, "commands.txt", strings.TrimPrefix(played.String(), "\n"))
}

// An import that is watched ends the watching with Ctrl-C, not itself.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = fmt.Fprint(w, `{"id": "imp_7", "state": "running"}`)
			return
		}
		cancel(errInterrupted)
		_, _ = fmt.Fprint(w, `{"id": "imp_7", "state": "running"}`)
	}))
	defer server.Close()
	environ := map[string]string{"LINECAST_URL": server.URL, "LINECAST_API_KEY": goodKey}
	r := call(ctx, environ, "line_id\n", "users", "import", "-")
	if r.code != exitInterrupted || !strings.Contains(r.talk, "The import imp_7 goes on") || !strings.Contains(r.talk, "/imports/imp_7") {
		t.Errorf("exit %d, %q", r.code, r.talk)
	}
}

// A list is one line of JSON an item.
func TestListAsJSON(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"data": [{"id": "cmp_2"}, {"id": "cmp_1"}], "next_cursor": null}`)
	}))
	defer server.Close()
	r := call(t.Context(), map[string]string{"LINECAST_URL": server.URL, "LINECAST_API_KEY": goodKey}, "", "campaign", "list", "--json")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 0 || len(lines) != 2 || !json.Valid([]byte(lines[0])) || !json.Valid([]byte(lines[1])) {
		t.Errorf("exit %d, %q %s", r.code, r.out, r.talk)
	}
}

// A database without a schema is told apart, mended and told apart again.
func TestMigrate(t *testing.T) {
	t.Parallel()
	environ := map[string]string{"LINECAST_DATABASE_URL": pgtest.Empty(t).Config().ConnString()}
	steps := []struct {
		args      string
		code      int
		out, talk string
	}{
		{"migrate status", 1, "pending  0001_audience\n", "Run `linecast migrate up`"},
		{"apikey list", 1, "", "The database needs migrations"},
		{"serve --listen 127.0.0.1:0", 1, "", "The database needs migrations"},
		{"migrate up", 0, "applied 0001_audience\n", "the database is up to date"},
		{"migrate up --json", 0, `{"applied":[]}`, ""},
		{"migrate status", 0, "  0001_audience\n", ""},
		{"migrate status --json", 0, `"pending":[]`, ""},
		{"apikey list", 0, "", "None."},
	}
	for _, step := range steps {
		r := call(t.Context(), environ, "", strings.Fields(step.args)...)
		if r.code != step.code || !strings.Contains(r.out, step.out) || !strings.Contains(r.talk, step.talk) {
			t.Errorf("%s: exit %d\n%s%s", step.args, r.code, r.out, r.talk)
		}
	}
}
