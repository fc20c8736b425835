package pgtest

import (
	"os"
	"syscall"
)

// fastRoom is how much memory must be free for our directories: a server's
// takes some 40 MB and 9 MB more for each database that a test has open.
const fastRoom = 1 << 30

// fastDir is /dev/shm, which lies in memory, when it has room; containers
// often give it 64 MB only. A database is some 400 files, which take 20 ms to
// make there and up to 300 on a busy disk.
func fastDir() string {
	const shm = "/dev/shm"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(shm, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) > fastRoom { // sizes are positive
		return shm
	}
	return os.TempDir()
}
