package pgtest

import (
	"os"
	"syscall"
)

// fastRoom is how much memory must be free for the servers' directories: one
// takes some 40 MB and 9 MB more for each database that a test has open.
const fastRoom = 1 << 30

// fastDir is /dev/shm, which lies in memory, when it has room; containers
// often give it 64 MB only.
func fastDir() string {
	const shm = "/dev/shm"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(shm, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) > fastRoom { //nolint:gosec // sizes are positive
		return shm
	}
	return os.TempDir()
}
