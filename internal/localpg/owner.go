//go:build unix

package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/linecast/linecast/errs"
)

// owner is the user a server runs as when we are root, who may not run one. A
// nil owner is ourselves.
type owner struct {
	name     string
	uid, gid int
}

// serverOwner picks postgres, whom every package of PostgreSQL makes, or
// nobody.
func serverOwner() (*owner, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return &owner{name: name, uid: uid, gid: gid}, nil
		}
	}
	return nil, errs.New("postgres.no_user")
}

// run makes cmd run as the owner, in a process group of its own, so that a
// terminal's Ctrl-C reaches only us, and in a directory that everyone may
// enter: ours may be closed to the owner.
func (o *owner) run(cmd *exec.Cmd) {
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if o != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)} // ids are not negative
	}
}

// own gives one path of ours to the owner.
func (o *owner) own(path string) error {
	if o == nil {
		return nil
	}
	return os.Lchown(path, o.uid, o.gid)
}

// reach checks that the owner may enter every directory above dir.
func (o *owner) reach(dir string) error {
	if o == nil {
		return nil
	}
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err != nil {
			return fmt.Errorf("localpg: %w", err)
		}
		if !o.mayEnter(info) {
			return errs.New("postgres.dir_closed", parent, o.name)
		}
		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

func (o *owner) mayEnter(dir os.FileInfo) bool {
	mode := dir.Mode().Perm()
	stat, ok := dir.Sys().(*syscall.Stat_t)
	switch {
	case ok && int(stat.Uid) == o.uid:
		return mode&0o100 != 0
	case ok && int(stat.Gid) == o.gid:
		return mode&0o010 != 0
	}
	return mode&0o001 != 0
}

// private checks that path is a directory only the owner may enter, and no
// link to elsewhere.
func (o *owner) private(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	uid := os.Geteuid()
	if o != nil {
		uid = o.uid
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(stat.Uid) != uid {
		return fmt.Errorf("is %s and not a private directory of user id %d", info.Mode(), uid)
	}
	return nil
}

// OwnDir makes a directory that others may pass through and only we may write
// to. It refuses one that somebody else made: in a temporary directory that
// everybody shares, its contents could be theirs too.
func OwnDir(path string) error {
	err := os.Mkdir(path, 0o711)
	if err == nil {
		return os.Chmod(path, 0o711) // whatever the umask: as root, the user postgres must pass
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm()&0o022 != 0 || int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("localpg: %s is %s of user id %d, not a directory of ours", path, info.Mode(), stat.Uid)
	}
	return nil
}

// tryLock locks f for this open file and fails at once when another has it.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // descriptors are small
}

// unlock unlocks and closes f. Closing alone would leave it locked while a
// process that was forked meanwhile, for whatever program, has not become that
// program yet: it holds every file of ours until then.
func unlock(f *os.File) {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) // closing is left
	_ = f.Close()                                   // nothing was written that matters
}

// signal is for processes that are not our children, and best effort.
func signal(pid int, s syscall.Signal) { _ = syscall.Kill(pid, s) }

// alive reports whether pid is a process, ours or not.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}
