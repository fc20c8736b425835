package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/localpg"
)

var exported = regexp.MustCompile(`export (LINECAST_URL=\S+) (LINECAST_API_KEY=\S+)`)

// TestReadme runs every command of the README's tour, as it stands there, by a
// shell against a running demo. (make demo and make test are run by CI.)
func TestReadme(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp(localpg.FastDir(), "linecast-readme-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the user postgres must get through
		t.Fatal(err)
	}
	demo := process(t, nil, "demo", "--data-dir", dir, "--listen", "127.0.0.1:0")
	talk, err := demo.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	environ := append(os.Environ(), "PATH="+binaries+":"+os.Getenv("PATH"))
	environ = append(environ, readExported(t, talk)...)
	rest := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, talk); close(rest) }()
	blocks := tourOf(t, filepath.Join("..", "..", "README.md"))
	if len(blocks) < 5 {
		t.Fatalf("only %d blocks found", len(blocks))
	}
	for _, block := range blocks {
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", block)
		cmd.Dir, cmd.Env = filepath.Join("..", ".."), environ
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s\n---\n%s", err, block, out)
		}
		t.Logf("%s\n---\n%s", block, out)
	}
	if err := demo.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-rest
	if err := demo.Wait(); err != nil {
		t.Errorf("the demo, interrupted: %v", err)
	}
}

// readExported reads what the demo says until it says how to talk to it.
func readExported(t *testing.T, talk io.Reader) []string {
	t.Helper()
	lines := bufio.NewScanner(talk)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if found := exported.FindStringSubmatch(lines.Text()); found != nil {
			return found[1:]
		}
	}
	t.Fatalf("the demo does not say how to talk to it:\n%s", said.String())
	return nil
}

// tourOf is the text of the sh blocks in the README's tour.
func tourOf(t *testing.T, file string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, tour, found := strings.Cut(string(text), "\n## A tour")
	if !found {
		t.Fatal("there is no tour")
	}
	tour, _, _ = strings.Cut(tour, "\n## ")
	for _, part := range strings.Split(tour, "```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	return blocks
}
