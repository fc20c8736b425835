//go:build !race

package templating

// slowdown is how much longer limits of time are under the race detector.
const slowdown = 1
