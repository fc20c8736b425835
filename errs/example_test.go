package errs_test

import (
	"fmt"

	"github.com/linecast/linecast/errs"
)

// An error is made from its row of the catalogue, wrapped on its way up, and
// shown in one place.
func Example() {
	err := fmt.Errorf("saving the segment: %w", errs.New("request.required", "name").At("/name"))

	shown := errs.From(err)
	fmt.Println(shown.Kind(), shown.Code)
	fmt.Println(shown.Title())
	fmt.Println(shown.Where() + shown.Detail)
	fmt.Println(shown.Fix())
	// Output:
	// invalid request.required
	// A required field is missing
	// /name: name: field is required
	// Send the field with a value that is not empty.
}
