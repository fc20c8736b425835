package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// lockName is the file in Options.Dir that a running server keeps locked. It
// also marks the directory as ours.
const lockName = "localpg.lock"

// lockDir locks dir's marker until the file returned is closed or our process
// ends, and makes the marker when there is none. A new marker is locked before
// it gets its name: Remove in another process never sees one unlocked.
func lockDir(dir string) (*os.File, error) {
	marker := filepath.Join(dir, lockName)
	fresh, err := os.CreateTemp(dir, lockName+".*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(fresh.Name()) // a stray name does no harm
	if err := tryLock(fresh); err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	switch err := os.Link(fresh.Name(), marker); {
	case err == nil:
		return fresh, writePID(fresh)
	case !errors.Is(err, fs.ErrExist):
		return nil, errors.Join(err, fresh.Close())
	}
	_ = fresh.Close()
	return lockExisting(marker)
}

// lockExisting locks a marker that is there.
func lockExisting(marker string) (*os.File, error) {
	f, err := os.OpenFile(marker, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		holder, _ := os.ReadFile(marker) // only for the message
		_ = f.Close()
		return nil, errs.New("postgres.dir_in_use", filepath.Dir(marker), strings.TrimSpace(string(holder))).Because(err)
	}
	return f, writePID(f)
}

// writePID leaves our number for the message of whoever comes second.
func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(fmt.Sprintln(os.Getpid())), 0)
	return err
}

// LockFile locks the file named, made when it does not exist, until the file
// returned is closed or our process ends. It waits for other processes as long
// as ctx lives.
func LockFile(ctx context.Context, name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("localpg: %w", err)
	}
	for tryLock(f) != nil {
		if !pause(ctx, 10*time.Millisecond) {
			return nil, errors.Join(fmt.Errorf("localpg: wait for %s: %w", name, ctx.Err()), f.Close())
		}
	}
	return f, nil
}
