package migrations_test

import (
	"fmt"

	"github.com/linecast/linecast/migrations"
)

// The first migrations of linecast. Up applies what a database lacks; Check
// tells whether a binary may run on it.
func Example() {
	all, err := migrations.All()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range all[:3] {
		fmt.Println(m.Version, m)
	}
	// Output:
	// 1 0001_audience
	// 2 0002_channels
	// 3 0003_campaigns
}
