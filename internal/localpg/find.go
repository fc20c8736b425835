package localpg

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// minMajor is the oldest PostgreSQL that linecast runs on.
const minMajor = 15

// Binaries is an installed PostgreSQL server.
type Binaries struct {
	Dir     string // holds initdb and postgres
	Version string // such as "15.18"
	Major   int    // such as 15
}

func (b Binaries) initdb() string   { return filepath.Join(b.Dir, "initdb") }
func (b Binaries) postgres() string { return filepath.Join(b.Dir, "postgres") }

// places are where packagers put server binaries outside PATH: Debian and
// Ubuntu, the PGDG packages for Red Hat, Homebrew on both kinds of Mac, and
// Postgres.app.
func places() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}
}

// Find lists the installed servers, newest first. bin, when not empty, is the
// only directory that is looked at. It fails with postgres.not_installed,
// postgres.too_old or postgres.bad_bin.
func Find(bin string) ([]Binaries, error) {
	if bin != "" {
		b, err := inspect(bin)
		if err != nil {
			return nil, errs.New("postgres.bad_bin", bin, err)
		}
		return usable([]Binaries{b})
	}
	return search(places())
}

// search looks on PATH and in the places that the patterns match.
func search(patterns []string) ([]Binaries, error) {
	var found []Binaries
	for _, dir := range candidates(patterns) {
		if b, err := inspect(dir); err == nil {
			found = append(found, b)
		}
	}
	slices.SortStableFunc(found, func(a, b Binaries) int { return cmp.Compare(b.Major, a.Major) })
	return usable(found)
}

// candidates lists directories that may hold a server. Links are resolved:
// Debian has /usr/bin/psql on PATH, and people link single binaries into
// /usr/local/bin, while initdb and postgres must lie together.
func candidates(patterns []string) []string {
	var dirs []string
	for _, name := range []string{"initdb", "postgres"} {
		if file, err := exec.LookPath(name); err == nil {
			if file, err = filepath.EvalSymlinks(file); err == nil {
				dirs = append(dirs, filepath.Dir(file))
			}
		}
	}
	for _, pattern := range patterns {
		matches, _ := filepath.Glob(pattern) // the only error is a bad pattern
		dirs = append(dirs, matches...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect asks dir's binaries for their version.
func inspect(dir string) (Binaries, error) {
	b := Binaries{Dir: dir}
	if _, err := os.Stat(b.initdb()); err != nil {
		return b, err
	}
	out, err := exec.Command(b.postgres(), "--version").Output() //nolint:noctx // prints a line and ends
	if err != nil {
		return b, fmt.Errorf("%s --version: %w", b.postgres(), err)
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return b, fmt.Errorf("%s --version says %q", b.postgres(), out)
	}
	b.Version = string(m[1])
	b.Major, err = strconv.Atoi(string(m[2]))
	return b, err
}

// usable drops servers that are too old and says which trouble there is when
// none is left.
func usable(found []Binaries) ([]Binaries, error) {
	if len(found) == 0 {
		return nil, errs.New("postgres.not_installed", minMajor, InstallHint())
	}
	good := slices.DeleteFunc(slices.Clone(found), func(b Binaries) bool { return b.Major < minMajor })
	if len(good) == 0 {
		return nil, errs.New("postgres.too_old", found[0].Version, found[0].Dir, minMajor, InstallHint())
	}
	return good, nil
}

// choose finds the binaries for a data directory: those of its own major
// version when it has data, else the newest.
func choose(bin, data string) (Binaries, error) {
	found, err := Find(bin)
	if err != nil {
		return Binaries{}, err
	}
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if os.IsNotExist(err) {
		return found[0], nil
	}
	if err != nil {
		return Binaries{}, fmt.Errorf("localpg: read the version of %s: %w", data, err)
	}
	major := strings.TrimSpace(string(text))
	var versions []string
	for _, b := range found {
		if strconv.Itoa(b.Major) == major {
			return b, nil
		}
		versions = append(versions, b.Version)
	}
	return Binaries{}, errs.New("postgres.version", data, major, strings.Join(versions, ", "))
}

// InstallHint is the command that installs a server on this machine.
func InstallHint() string {
	for _, h := range []struct{ tool, command string }{
		{"apt-get", "sudo apt-get install postgresql"},
		{"dnf", "sudo dnf install postgresql-server"},
		{"zypper", "sudo zypper install postgresql-server"},
		{"pacman", "sudo pacman -S postgresql"},
		{"apk", "sudo apk add postgresql"},
		{"brew", "brew install postgresql@17"},
	} {
		if _, err := exec.LookPath(h.tool); err == nil {
			return h.command
		}
	}
	if runtime.GOOS == "darwin" {
		return "install Homebrew, then: brew install postgresql@17"
	}
	return "see https://www.postgresql.org/download/"
}
