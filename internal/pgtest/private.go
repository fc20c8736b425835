package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/linecast/linecast/internal/localpg"
)

// keepUnused is how long a cached directory of another version of the schema
// is kept after its last use; somebody may be switching between branches.
const keepUnused = 24 * time.Hour

// startPrivate starts this process's own server on a copy of the cached
// directory, which it makes first when nobody has.
func startPrivate(ctx context.Context, template, bin string) (*localpg.Server, error) {
	found, err := localpg.Find(bin)
	if err != nil {
		return nil, err
	}
	base := filepath.Join(localpg.FastDir(), "linecast-pgtest-"+strconv.Itoa(os.Geteuid()))
	if err := localpg.OwnDir(base); err != nil {
		return nil, err
	}
	sweepDirectories(ctx, base)
	seed, err := cached(ctx, base, template, found[0])
	if err != nil {
		return nil, fmt.Errorf("prepare a template: %w", err)
	}
	run, err := os.MkdirTemp(base, "run-")
	if err != nil {
		return nil, err
	}
	return localpg.Start(ctx, localpg.Options{Dir: run, Bin: found[0].Dir, Seed: filepath.Join(seed, "data"), Temporary: true})
}

// cached returns a stopped server's directory that holds the template. Only
// one process builds it; others that need it meanwhile wait.
func cached(ctx context.Context, base, template string, b localpg.Binaries) (string, error) {
	dir := filepath.Join(base, "cache-"+b.Version+"-"+template)
	if used(dir) {
		return dir, nil
	}
	lock, err := localpg.LockFile(ctx, filepath.Join(base, "build.lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close() // only unlocks
	if used(dir) {
		return dir, nil
	}
	building := dir + ".new"
	if err := build(ctx, building, template, b); err != nil {
		return "", err
	}
	return dir, os.Rename(building, dir)
}

// used marks dir as in use and reports whether it is there.
func used(dir string) bool {
	now := time.Now()
	return os.Chtimes(dir, now, now) == nil
}

// build initialises a server in dir, puts the template into it and stops it.
func build(ctx context.Context, dir, template string, b localpg.Binaries) (err error) {
	if err := localpg.Remove(ctx, dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	private, err := localpg.Start(ctx, localpg.Options{Dir: dir, Bin: b.Dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, private.Stop(ctx)) }()
	s, err := connect(ctx, private.URL(), template)
	if err != nil {
		return err
	}
	defer s.close()
	return s.ensureTemplate(ctx)
}

// sweepDirectories removes what dead processes and old schemas left. It is
// best effort: what it cannot remove, the next process may.
func sweepDirectories(ctx context.Context, base string) {
	runs, _ := filepath.Glob(filepath.Join(base, "run-*"))
	for _, dir := range runs {
		_ = localpg.Remove(ctx, dir) // refuses a directory that is in use
	}
	caches, _ := filepath.Glob(filepath.Join(base, "cache-*"))
	for _, dir := range caches {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > keepUnused {
			_ = os.RemoveAll(dir)
		}
	}
}
