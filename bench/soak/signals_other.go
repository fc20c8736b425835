//go:build !unix

package main

import "syscall"

// Without job control these are refused when they are sent.
const (
	stopSignal     = syscall.Signal(0)
	continueSignal = syscall.Signal(0)
)
