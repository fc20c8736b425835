package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line/simulator"
)

// stage is a whole linecast in processes of its own: the simulator, the API
// and workers, on a database.
type stage struct {
	dir      string // the children's logs
	binary   string
	url      string // of the database
	key      string
	master   string
	platform platform
	line     *child
	api      *child
	client   *client.Client

	mu      sync.Mutex
	made    int // workers started so far
	workers []*workerSlot
	trouble []error // what was wrong besides the records
}

// stopWithin is what linecast promises of SIGTERM, with a second's grace for
// the machine.
const stopWithin = 21 * time.Second

// newStage starts simulator and API. close must be called, also after an
// error.
func newStage(ctx context.Context, dir, binary, databaseURL string) (s *stage, err error) {
	s = &stage{dir: dir, binary: binary, url: databaseURL}
	if s.key, err = access.NewToken(rand.Reader); err != nil {
		return s, err
	}
	if s.master, err = seal.NewKey(rand.Reader); err != nil {
		return s, err
	}
	if err := s.startLine(ctx); err != nil {
		return s, err
	}
	return s, s.startAPI(ctx, "--migrate")
}

var simulatorURL = regexp.MustCompile(`"url": *"(http[^"]+)"`)

func (s *stage) startLine(ctx context.Context) (err error) {
	if s.line, err = spawn(s.dir, "simulate", s.binary, s.environ(), "simulate", "--listen", "127.0.0.1:0", "--json", "--no-limits"); err != nil {
		return err
	}
	found, err := s.line.awaitLine(ctx, simulatorURL)
	if err == nil {
		s.platform.url = found[1]
	}
	return err
}

var apiAddress = regexp.MustCompile(`msg=listening what="api and pages" address=(\S+)`)

// startAPI starts the API, which takes another port each time.
func (s *stage) startAPI(ctx context.Context, args ...string) (err error) {
	args = append([]string{"serve", "--no-worker", "--listen", "127.0.0.1:0"}, args...)
	if s.api, err = spawn(s.dir, "api", s.binary, s.environ(), args...); err != nil {
		return err
	}
	found, err := s.api.awaitLine(ctx, apiAddress)
	if err == nil {
		s.client = client.New(client.Options{URL: "http://" + found[1], APIKey: s.key, UserAgent: "linecast-soak"})
	}
	return err
}

// environ is the environment without settings of linecast's, and ours.
func (s *stage) environ() (list []string) {
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "LINECAST_") {
			list = append(list, entry)
		}
	}
	return append(list, "LINECAST_DATABASE_URL="+s.url, "LINECAST_MASTER_KEY="+s.master, "LINECAST_BOOTSTRAP_API_KEY="+s.key,
		"LINECAST_LINE_API_BASE="+s.platform.url, "LINECAST_LINE_DATA_API_BASE="+s.platform.url, "LINECAST_TIME_ZONE=UTC")
}

// close ends what still runs, by its own pid.
func (s *stage) close() {
	for _, w := range s.workers {
		if w.child.running() {
			_ = w.child.signal(continueSignal)
			w.child.kill()
		}
	}
	for _, c := range []*child{s.api, s.line} {
		if c != nil && c.running() {
			_ = c.stop(5 * time.Second)
		}
	}
}

// wrong notes what was wrong besides the records.
func (s *stage) wrong(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = append(s.trouble, fmt.Errorf(format, args...))
}

// connect connects the simulated account, with a limit of perSecond, and
// imports people.
func (s *stage) connect(ctx context.Context, perSecond int, people []person) (_ channelID, err error) {
	account := simulator.Demo()
	channel, err := s.connectChannel(ctx, account, perSecond)
	if err != nil {
		return "", err
	}
	return channel, s.importPeople(ctx, people)
}

// workDir makes a directory that PostgreSQL's own user may enter.
func workDir() (string, error) {
	dir, err := os.MkdirTemp("", "linecast-soak-")
	return dir, errors.Join(err, os.Chmod(dir, 0o755))
}

func defaultBinary() string { return filepath.Join("bin", "linecast") }
