package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line/simulator"
)

// demoDatabase is the database that each demo makes anew.
const demoDatabase = "linecast_demo"

// stage is everything that the demo runs on.
type stage struct {
	settings config.Config
	database *localpg.Server // nil: the server that LINECAST_DATABASE_URL names
	line     *simulator.Simulator
	app      *app.App
	key      string
	api      *client.Client
}

// setUp starts the parts, one after another, and says so. What it has started
// is in s also when it fails.
func (c *cli) setUp(ctx context.Context, s *stage) (err error) {
	if s.settings, err = c.config(); err != nil {
		return err
	}
	if err := c.setUpDatabase(ctx, s); err != nil {
		return err
	}
	if err := c.setUpLine(s); err != nil {
		return err
	}
	if err := s.setUpMasterKey(); err != nil {
		return err
	}
	if c.environ["LINECAST_LISTEN"] == "" && c.flags["LINECAST_LISTEN"] == "" {
		s.settings.Listen = free(ctx, s.settings.Listen)
	}
	return c.setUpApp(ctx, s)
}

func (c *cli) setUpDatabase(ctx context.Context, s *stage) (err error) {
	server, where := s.settings.DatabaseURL.Reveal(), "on the server of LINECAST_DATABASE_URL"
	if server == "" {
		if err := os.MkdirAll(s.settings.DataDir, 0o755); err != nil {
			return errs.New("cli.file", err.Error())
		}
		dir := filepath.Join(s.settings.DataDir, "postgres")
		if s.database, err = localpg.Start(ctx, localpg.Options{Dir: dir, Bin: s.settings.PostgresBin, Durable: true}); err != nil {
			return err
		}
		server, where = s.database.URL(), fmt.Sprintf("PostgreSQL %s, private, in %s", s.database.Version(), dir)
	}
	url, replaced, err := app.FreshDatabase(ctx, server, demoDatabase)
	if err != nil {
		return err
	}
	fresh := "a new database"
	if replaced {
		fresh = "a new database in place of the last demo's"
	}
	c.say("%s %s; %s", c.bold("Database"), where, fresh)
	s.settings.DatabaseURL = config.Secret(url)
	return nil
}

// stranger reports the ids that the simulated LINE does not know: about one in
// 250, as in files that were collected elsewhere.
func stranger(id string) bool { return strings.HasSuffix(id, "00") }

func (c *cli) setUpLine(s *stage) (err error) {
	account := simulator.Demo()
	account.Unknown = stranger
	if s.line, err = simulator.New(simulator.Options{Channels: []simulator.Channel{account}, KeepBodies: 1000}); err != nil {
		return err
	}
	if err := s.line.Start("127.0.0.1:0"); err != nil {
		return err
	}
	s.settings.LineAPIBase, s.settings.LineDataAPIBase = s.line.URL(), s.line.URL()
	c.say("%s     a LINE simulator on %s; it does not know one user in 250", c.bold("LINE"), s.line.URL())
	return nil
}

// setUpMasterKey reads the key that this data directory's demo seals secrets
// with, or makes one that only its owner can read.
func (s *stage) setUpMasterKey() error {
	if s.settings.MasterKey != "" {
		return nil
	}
	if err := os.MkdirAll(s.settings.DataDir, 0o755); err != nil {
		return errs.New("cli.file", err.Error())
	}
	file := filepath.Join(s.settings.DataDir, "demo.key")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		var key string
		if key, err = seal.NewKey(rand.Reader); err == nil {
			text, err = []byte(key), os.WriteFile(file, []byte(key+"\n"), 0o600)
		}
	}
	if err != nil {
		return errs.New("cli.file", err.Error())
	}
	s.settings.MasterKey = config.Secret(strings.TrimSpace(string(text)))
	return nil
}

// free is address, or one with a free port when somebody else listens there.
func free(ctx context.Context, address string) string {
	var dialer net.ListenConfig
	l, err := dialer.Listen(ctx, "tcp", address)
	if err != nil {
		return "127.0.0.1:0"
	}
	l.Close()
	return address
}

func (c *cli) setUpApp(ctx context.Context, s *stage) (err error) {
	level := s.settings.LogLevel
	if c.environ["LINECAST_LOG_LEVEL"] == "" && c.flags["LINECAST_LOG_LEVEL"] == "" {
		level = slog.LevelError // the tour tells what happens
	}
	s.app, err = app.New(ctx, app.Options{Config: s.settings, Serve: true, Work: true, Migrate: true, Log: c.log(level), Build: build()})
	if err != nil {
		return err
	}
	if err := s.app.Start(ctx); err != nil {
		return err
	}
	if s.key, err = makeKey(ctx, s.app.DB(), "demo", []access.Scope{access.Admin}, nil); err != nil {
		return err
	}
	s.api = client.New(client.Options{URL: s.app.URL(), APIKey: s.key, UserAgent: "linecast/" + build().Version})
	c.say("%s API, worker and console on %s", c.bold("linecast"), s.app.URL())
	return nil
}

// broken is closed when the private PostgreSQL has ended by itself.
func (s *stage) broken() <-chan struct{} {
	if s.database == nil {
		return nil
	}
	return s.database.Done()
}

// stop ends the parts in the opposite order. Missing ones are fine.
func (s *stage) stop(ctx context.Context) error {
	var failures []error
	if s.app != nil {
		failures = append(failures, s.app.Stop(ctx))
	}
	if s.line != nil {
		failures = append(failures, s.line.Stop(ctx))
	}
	if s.database != nil {
		failures = append(failures, s.database.Stop(ctx))
	}
	return errors.Join(failures...)
}
