// Package examples owns the files that people copy: users as CSV, message
// bodies, segments, campaigns, and a walk through the API with curl. They are
// inputs of tests and of `linecast demo`, so that what is copied from here
// works.
//
// It refuses to hold anything but files; examples/gen makes the larger ones.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed *.csv *.json tour.sh campaigns/*.json messages/*.json segments/*.json
var files embed.FS

// Files are the examples by their path below this directory, such as
// "audience.csv" and "messages/text.json".
func Files() fs.FS { return files }
