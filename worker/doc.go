// Package worker owns what happens later: River jobs, one kind a file, and the
// pump that keeps runs moving.
//
// A job and the rows it changes commit together. A job here may be killed after
// any line: what it had not committed is done again, with the same retry keys,
// by whoever takes its batch next. The package refuses to keep anything exact
// in memory: schedules, windows, leases and rates are rows.
package worker
