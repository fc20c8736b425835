package localpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/linecast/linecast/errs"
)

// superuser is the only role of a private server.
const superuser = "postgres"

// claim makes dir when needed and locks it for us until the file returned is
// closed or our process ends.
func claim(dir string, o *owner) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("localpg: %w", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("localpg: %w", err)
	}
	if err := refuseForeign(dir); err != nil {
		return nil, err
	}
	if err := o.own(dir); err != nil {
		return nil, fmt.Errorf("localpg: give %s to user %s: %w", dir, o.name, err)
	}
	if err := o.reach(dir); err != nil {
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("localpg: lock %s: %w", dir, err)
	}
	return lock, nil
}

// refuseForeign fails when dir holds something and lacks our marker.
func refuseForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("localpg: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), lockName) {
			return nil
		}
	}
	if len(entries) > 0 {
		return errs.New("postgres.dir_not_ours", dir)
	}
	return nil
}

// initialise makes the data directory when there is none. It is made under
// another name and renamed, so a killed initdb never leaves half a cluster.
func initialise(ctx context.Context, s *Server) error {
	if _, err := os.Stat(filepath.Join(s.data(), "PG_VERSION")); err == nil {
		return nil
	}
	fresh := s.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("localpg: clear %s: %w", fresh, err)
	}
	var err error
	if s.opts.Seed != "" {
		err = copyTree(s.opts.Seed, fresh, s.owner)
	} else {
		err = initdb(ctx, s, fresh)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(fresh, s.data()); err != nil {
		return fmt.Errorf("localpg: %w", err)
	}
	return nil
}

// initdb runs PostgreSQL's own. Text is UTF-8 and sorts by code point on every
// machine; upper and lower know all of Unicode.
func initdb(ctx context.Context, s *Server, data string) error {
	s.opts.Log.Info("initialising a private PostgreSQL", "dir", s.dir, "version", s.bin.Version)
	args := []string{"-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8",
		"--locale=C", "--lc-ctype=" + ctype(), "--no-instructions"}
	if !s.opts.Durable {
		args = append(args, "--no-sync", "--wal-segsize=1") // a small directory is quick to copy
	}
	cmd := exec.CommandContext(ctx, s.bin.initdb(), args...)
	s.owner.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errs.New("postgres.start_failed", "initdb", lastLines(string(out))).Because(err)
	}
	return nil
}

// ctype is a locale that every machine of the kind has and that knows the
// letters of Unicode.
func ctype() string {
	switch runtime.GOOS {
	case "linux":
		return "C.UTF-8"
	case "darwin":
		return "en_US.UTF-8"
	}
	return "C"
}

// maxSocketDir leaves room for "/.s.PGSQL.5432" and the closing NUL in the 104
// bytes that the smallest system, macOS, has for a socket's path.
const maxSocketDir = 103 - len("/.s.PGSQL.5432")

// socketDir is where the server's socket lies: dir itself, or for a dir with a
// long path a directory of ours with a short one.
func socketDir(dir string, o *owner) (string, error) {
	if len(dir) <= maxSocketDir {
		return dir, nil
	}
	sum := sha256.Sum256([]byte(dir))
	short := filepath.Join("/tmp", "localpg-"+hex.EncodeToString(sum[:8]))
	if err := os.Mkdir(short, 0o700); err == nil {
		return short, o.own(short)
	} else if !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("localpg: socket directory: %w", err)
	}
	// It is there from last time, or somebody else laid it there: /tmp is
	// everybody's.
	if err := o.private(short); err != nil {
		return "", fmt.Errorf("localpg: socket directory %s: %w", short, err)
	}
	return short, nil
}

// Remove deletes the directory of a server that nobody runs any more, after
// ending what a killed process of ours may have left running there. It fails
// with postgres.dir_in_use while somebody does run it, and with fs.ErrNotExist
// when dir is not there or was not made by Start.
func Remove(ctx context.Context, dir string) error {
	lock, err := lockExisting(filepath.Join(dir, lockName))
	if err != nil {
		return fmt.Errorf("localpg: remove %s: %w", dir, err)
	}
	defer unlock(lock)
	if err := endOrphan(ctx, filepath.Join(dir, "data")); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("localpg: remove %s: %w", dir, err)
	}
	return nil
}
