package httpstatus

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/linecast/linecast/errs"
)

func TestEveryKindHasAnAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range errs.Kinds() {
		if Of(kind) < 400 || http.StatusText(Of(kind)) == "" {
			t.Errorf("kind %s is answered with %d", kind, Of(kind))
		}
	}
	if len(kinds) != len(errs.Kinds()) {
		t.Errorf("%d rows for %d kinds", len(kinds), len(errs.Kinds()))
	}
	for _, code := range errs.Codes() {
		if entry, _ := errs.Lookup(code); Of(entry.Kind) == 0 {
			t.Errorf("%s has a kind without a status", code)
		}
	}
}

func Example() {
	fmt.Println(Of(errs.Unavailable), RetryAfter(errs.Unavailable))
	fmt.Println(Of(errs.Invalid), RetryAfter(errs.Invalid))
	// Output:
	// 503 5
	// 422 0
}
