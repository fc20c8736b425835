//go:build unix

package localpg

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A process that was forked and is not yet another program holds a duplicate of
// every file; so does this test.
func TestUnlockWhileAForkHoldsTheFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "lock")
	first, err := LockFile(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := syscall.Dup(int(first.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(inherited) })
	second, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	if tryLock(second) == nil {
		t.Fatal("locked twice")
	}
	unlock(first)
	if err := tryLock(second); err != nil {
		t.Errorf("after unlock: %v", err)
	}
}
