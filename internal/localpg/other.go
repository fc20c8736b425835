//go:build !unix

package localpg

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"github.com/linecast/linecast/errs"
)

// owner is nobody here: a private server needs unix.
type owner struct{ name string }

func serverOwner() (*owner, error) { return nil, errs.New("postgres.unsupported") }

func (o *owner) run(*exec.Cmd)        {}
func (o *owner) own(string) error     { return nil }
func (o *owner) reach(string) error   { return nil }
func (o *owner) private(string) error { return nil }

// OwnDir is only of use with a private server.
func OwnDir(string) error { return errs.New("postgres.unsupported") }

func endWithParent(*syscall.SysProcAttr, syscall.Signal) {}
func guard(int, syscall.Signal, string) func()           { return func() {} }
func serves(int, string) bool                            { return false }
func signal(int, syscall.Signal)                         {}
func alive(int) bool                                     { return false }
func tryLock(*os.File) error                             { return errors.ErrUnsupported }
func unlock(*os.File)                                    {}
