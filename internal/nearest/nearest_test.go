package nearest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/nearest"
)

func Example() {
	fmt.Println("unknown field \"limt\"" + nearest.Hint("limt", []string{"cursor", "limit"}))
	// Output:
	// unknown field "limt", did you mean "limit"?
}

func TestName(t *testing.T) {
	t.Parallel()
	known := []string{"user_id", "line_id", "attributes", "add", "remove", "between", "not_between", "ชื่อ"}
	for got, want := range map[string]string{
		"user_id": "user_id", "userId": "user_id", "USER-ID": "user_id", "usr_id": "user_id",
		"lineid": "line_id", "attribute": "attributes", "atributess": "attributes", "ad": "add", "dad": "add",
		"betwene": "between", "notbetween": "not_between", "ชือ": "ชื่อ",
		"": "", "x": "", "tier": "", "remover_of_things": "", strings.Repeat("attributes", 1000): "",
		"\xff\xfe": "",
	} {
		if name := nearest.Name(got, known); name != want {
			t.Errorf("%.40q: got %q, want %q", got, name, want)
		}
	}
	if hint := nearest.Hint("tier", known); hint != "" {
		t.Errorf("guesses %q for a name that nothing is close to", hint)
	}
}
