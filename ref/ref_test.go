package ref_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

func Example() {
	body, _ := json.Marshal(map[string]any{"campaign": ref.Campaign(42), "channel": ref.Channel(1)})
	fmt.Println(string(body))

	var in struct{ Campaign ref.Campaign }
	fmt.Println(json.Unmarshal([]byte(`{"campaign": "run_42"}`), &in))
	// Output:
	// {"campaign":"cmp_42","channel":"ch_1"}
	// request.bad_id: "run_42" is not an id of this kind; it should look like cmp_42
}

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]ref.Campaign{
		"cmp_1": 1, "cmp_9223372036854775807": 9223372036854775807,
		"": 0, "cmp_": 0, "cmp_0": 0, "cmp_01": 0, "cmp_+1": 0, "cmp_-1": 0, "42": 0,
		"seg_1": 0, "cmp_9223372036854775808": 0, "cmp_1 ": 0, "CMP_1": 0,
	} {
		var got ref.Campaign
		err := got.UnmarshalText([]byte(in))
		if got != want || (want == 0) != errs.Is(err, "request.bad_id") {
			t.Errorf("%q: got %v, %v; want %v", in, got, err, want)
		}
	}
}
