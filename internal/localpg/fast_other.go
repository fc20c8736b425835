//go:build !linux

package localpg

import "os"

// FastDir is the directory in which data that nobody keeps is quickest to make.
func FastDir() string { return os.TempDir() }
