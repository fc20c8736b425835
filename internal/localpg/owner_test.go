//go:build unix

package localpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/linecast/linecast/errs"
)

// As root the server is another user, who may not be able to pass. (For an
// ordinary user this checks that nothing is asked of ownership.)
func TestReach(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	other := &owner{name: "other", uid: os.Geteuid() + 12345, gid: os.Getegid() + 12345}
	if err := other.reach(filepath.Join(dir, "pg")); err != nil {
		t.Errorf("below an open directory: %v", err)
	}
	if err := other.reach(filepath.Join(closed, "pg")); !errs.Is(err, "postgres.dir_closed") {
		t.Errorf("below a closed directory: %v, want postgres.dir_closed", err)
	}
	var ourselves *owner
	if err := ourselves.reach(filepath.Join(closed, "pg")); err != nil {
		t.Errorf("as ourselves: %v", err)
	}
	member := &owner{name: "member", uid: os.Geteuid() + 12345, gid: os.Getegid()}
	if err := os.Chmod(closed, 0o710); err != nil {
		t.Fatal(err)
	}
	if err := member.reach(filepath.Join(closed, "pg")); err != nil {
		t.Errorf("below a directory of its group: %v", err)
	}
}

func TestServerIsNeverRoot(t *testing.T) {
	t.Parallel()
	o, err := serverOwner()
	if err != nil {
		t.Fatal(err)
	}
	if root := os.Geteuid() == 0; root != (o != nil) || root && o.uid == 0 {
		t.Errorf("as user id %d the owner is %+v", os.Geteuid(), o)
	}
}

func TestOwnDir(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dir := filepath.Join(base, "ours")
	for range 2 { // makes it, then finds it
		if err := OwnDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := OwnDir(dir); err == nil {
		t.Error("a directory that everyone may write to was taken")
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(base, link); err != nil {
		t.Fatal(err)
	}
	if err := OwnDir(link); err == nil {
		t.Error("a link was taken")
	}
}

func TestPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var ourselves *owner
	for _, test := range []struct {
		mode os.FileMode
		ok   bool
	}{{0o700, true}, {0o755, false}} {
		if err := os.Chmod(dir, test.mode); err != nil {
			t.Fatal(err)
		}
		if err := ourselves.private(dir); (err == nil) != test.ok {
			t.Errorf("mode %o: %v", test.mode, err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (&owner{uid: os.Geteuid() + 1}).private(dir); err == nil {
		t.Error("somebody else's directory was taken")
	}
}
