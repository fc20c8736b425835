package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// install makes a directory that looks like a server of the version.
func install(t *testing.T, dir, version string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"initdb":   "#!/bin/sh\n",
		"postgres": fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version),
	} {
		writeScript(t, filepath.Join(dir, name), script)
	}
	return dir
}

// writeScript makes a program. Other tests start processes meanwhile, and a
// child that is forked while the file is open for writing holds it open until
// it runs its own program: running the script then fails with "text file
// busy". So no child is forked while it is open.
func writeScript(t *testing.T, path, text string) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		says  string
		major int
		text  string
	}{
		{"15.18 (Debian 15.18-0+deb12u1)", 15, "15.18"},
		{"18.0", 18, "18.0"},
		{"19beta1", 19, "19beta1"},
		{"9.6.24", 9, "9.6.24"},
	}
	for _, test := range tests {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			got, err := inspect(install(t, t.TempDir(), test.says))
			if err != nil || got.Major != test.major || got.Version != test.text {
				t.Errorf("inspect = %+v, %v", got, err)
			}
		})
	}
}

func TestFindNamedDirectory(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, dir, code string
	}{
		{"a good one", install(t, t.TempDir(), "17.2"), ""},
		{"too old", install(t, t.TempDir(), "14.9"), "postgres.too_old"},
		{"empty", t.TempDir(), "postgres.bad_bin"},
		{"not there", "/no/such/directory", "postgres.bad_bin"},
		{"says something else", install(t, t.TempDir(), "\nmysqld"), "postgres.bad_bin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := Find(test.dir)
			if test.code == "" && (err != nil || len(found) != 1 || found[0].Dir != test.dir) {
				t.Errorf("Find = %v, %v", found, err)
			}
			if test.code != "" && !errs.Is(err, test.code) {
				t.Errorf("Find = %v, want %s", err, test.code)
			}
		})
	}
}

// These change PATH and so run one after the other.
func TestSearch(t *testing.T) {
	tests := []struct {
		name string
		lay  func(t *testing.T, root string) (path string)
		want []string
		code string
	}{
		{"nothing installed", func(*testing.T, string) string { return "" }, nil, "postgres.not_installed"},
		{"the newest first", func(t *testing.T, root string) string {
			for _, v := range []string{"9.6", "15.2", "18.1", "16.4"} {
				install(t, filepath.Join(root, v, "bin"), v)
			}
			return ""
		}, []string{"18.1", "16.4", "15.2"}, ""},
		{"only old ones", func(t *testing.T, root string) string {
			install(t, filepath.Join(root, "13.1", "bin"), "13.1")
			return ""
		}, nil, "postgres.too_old"},
		{"a link on PATH to one binary", func(t *testing.T, root string) string {
			real := install(t, filepath.Join(root, "elsewhere"), "17.1")
			links := filepath.Join(root, "links")
			if err := os.Mkdir(links, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(real, "postgres"), filepath.Join(links, "postgres")); err != nil {
				t.Fatal(err)
			}
			return links
		}, []string{"17.1"}, ""},
		{"found twice, listed once", func(t *testing.T, root string) string {
			return install(t, filepath.Join(root, "16.1", "bin"), "16.1")
		}, []string{"16.1"}, ""},
		{"a broken one beside a good one", func(t *testing.T, root string) string {
			install(t, filepath.Join(root, "16.1", "bin"), "16.1")
			if err := os.Remove(filepath.Join(install(t, filepath.Join(root, "17.1", "bin"), "17.1"), "initdb")); err != nil {
				t.Fatal(err)
			}
			return ""
		}, []string{"16.1"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			t.Setenv("PATH", test.lay(t, root))
			found, err := search([]string{filepath.Join(root, "*", "bin")})
			var got []string
			for _, b := range found {
				got = append(got, b.Version)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("search (-want +got):\n%s", diff)
			}
			if test.code != "" && !errs.Is(err, test.code) {
				t.Errorf("search = %v, want %s", err, test.code)
			}
		})
	}
}

func TestNotInstalledSaysHowToInstall(t *testing.T) {
	tools := t.TempDir()
	t.Setenv("PATH", tools)
	for _, test := range []struct{ tool, want string }{
		{"", "postgresql"},
		{"brew", "brew install postgresql@17"},
		{"dnf", "sudo dnf install postgresql-server"},
		{"apt-get", "sudo apt-get install postgresql"},
	} {
		if test.tool != "" {
			writeScript(t, filepath.Join(tools, test.tool), "#!/bin/sh\n")
		}
		_, err := search(nil)
		if !errs.Is(err, "postgres.not_installed") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("with %q installed: %v, want %q in it", test.tool, err, test.want)
		}
	}
}
