package errs

import (
	"net/http"
	"testing"
)

func TestEveryKindHasAnAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		if kind.Status() < 400 || http.StatusText(kind.Status()) == "" {
			t.Errorf("kind %s is answered with %d", kind, kind.Status())
		}
	}
	if len(answer) != len(Kinds()) {
		t.Errorf("%d rows for %d kinds", len(answer), len(Kinds()))
	}
	for _, code := range Codes() {
		if entry, _ := Lookup(code); entry.Kind.Status() == 0 {
			t.Errorf("%s has a kind without a status", code)
		}
	}
}
