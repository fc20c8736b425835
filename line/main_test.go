package line_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also fails when clients or servers of the tests leave goroutines
// behind.
func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		serveSimulator()
		return
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
