package templating

import (
	"bytes"
	"os"
	"testing"
)

func mustRead(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func contains(raw []byte, s string) bool { return bytes.Contains(raw, []byte(s)) }
