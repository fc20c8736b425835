package segment_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/segment"
)

func Example() {
	s, err := segment.Parse([]byte(`{"all": [
		{"attribute": "tier", "is": "in", "value": ["gold", "platinum"]},
		{"not": {"attribute": "points", "is": "less_than", "value": 1000}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	where, args, err := s.SQL(segment.SQLEnv{Now: now})
	fmt.Println(where, err)
	fmt.Println(args...)

	ploy := &segment.User{Attributes: map[string]any{"tier": "gold", "points": json.Number("999.5")}}
	why := s.Explain(segment.Env{Now: now}, ploy)
	for _, row := range why.Children {
		fmt.Println(row.Pointer, row.Says, row.Holds)
	}
	// Output:
	// (((u.attributes ->> $1::text) = any($2::text[]) and jsonb_typeof((u.attributes -> $1::text)) = 'string') and (((u.attributes -> $3::text) < $4::jsonb and jsonb_typeof((u.attributes -> $3::text)) = 'number') is not true)) <nil>
	// tier [gold platinum] points 1e3
	// /all/0 tier in ["gold", "platinum"] true
	// /all/1 not false
}

func ExampleParse_mistakes() {
	_, err := segment.Parse([]byte(`{"all": [
		{"attribute": "tier", "is": "equal", "value": "gold"},
		{"attribute": "points", "is": "at_least", "value": "1000"}]}`))
	for _, e := range errs.From(err).Fields {
		fmt.Println(e.Pointer, e.Detail)
	}
	// Output:
	// /all/0/is unknown operator "equal", did you mean "equals"?
	// /all/1/value at_least wants a number, got a string
}
