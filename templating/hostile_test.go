package templating

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// repeat is how hostile templates are written down: «3000×(» is a bracket 3000
// times, and № in it counts.
var repeat = regexp.MustCompile(`(?s)«(\d+)×(.*?)»`)

func expand(source string) string {
	return repeat.ReplaceAllStringFunc(source, func(s string) string {
		m := repeat.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[1])
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(m[2], "№", strconv.Itoa(i)))
		}
		return b.String()
	})
}

func hostileTemplates(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/hostile/*.tmpl")
	if err != nil || len(files) < 70 {
		t.Fatalf("%d hostile templates, %v", len(files), err)
	}
	out := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = expand(string(raw))
	}
	return out
}

// hostileUser has attributes as large as the data model allows.
func hostileUser() *Data {
	return &Data{LineID: testLineID, Now: exampleNow, Attributes: Map(map[string]any{
		"long": strings.Repeat("long \"value\" ", 600), "list": []any{1, 2, 3, strings.Repeat("x", 4000)}, "a": true, "a1": 1, "a299": 299,
	})}
}

const (
	mostTime   = 50 * time.Millisecond // of CPU, for compiling and rendering
	mostMemory = 32 << 20              // allocated in all
)

// Not parallel: it measures the process's CPU time and allocations.
func TestHostileTemplates(t *testing.T) {
	limit := limitNow(t)
	for name, source := range hostileTemplates(t) {
		used, allocated := measured(func() { renderHostile(t, name, source) })
		for range 4 { // a moment of the garbage collector's does not count
			if used < limit/2 {
				break
			}
			u, a := measured(func() { renderHostile(t, name, source) })
			used, allocated = min(used, u), min(allocated, a)
		}
		if used > limit {
			limit = max(limit, limitNow(t))
		}
		if used > limit || allocated > mostMemory {
			t.Errorf("%s takes %v, more than %v, and allocates %d KiB", name, used, limit, allocated>>10)
		}
	}
}

// limitNow is mostTime, or more when the machine is slower now than the one it
// was set for: neighbours that fill its caches make every millisecond of CPU
// worth less, and so does the race detector. The bench's bubble, rendered 5,000
// times, takes usual there.
func limitNow(t *testing.T) time.Duration {
	t.Helper()
	const usual = 10 * time.Millisecond
	tmpl := mustCompile(t, benchFlex(), Options{})
	d := &Data{LineID: testLineID, Attributes: benchUser()}
	var dst []byte
	reference, _ := measured(func() {
		for range 5000 {
			dst, _ = tmpl.RenderPush(dst[:0], d)
		}
	})
	return mostTime * max(reference, usual) / usual
}

// measured is the CPU time and the bytes that f takes.
func measured(f func()) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := cpuTime()
	f()
	used := cpuTime() - start
	runtime.ReadMemStats(&after)
	return used, after.TotalAlloc - before.TotalAlloc
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// renderHostile compiles and renders; whatever comes out is a catalogued
// error, an outcome, or JSON within the bounds.
func renderHostile(t *testing.T, name, source string) {
	t.Helper()
	tmpl, err := Compile(source, Options{})
	if err == nil {
		var out []byte
		if out, err = tmpl.RenderPush(nil, hostileUser()); err == nil {
			if _, fault := jsontext.Check(string(out), "to"); fault != nil || len(out) > MaxOutput+1000 {
				t.Errorf("%s: %d bytes, %v", name, len(out), fault)
			}
			return
		}
	}
	var e *errs.Error
	if !isOutcome(err) && (!errors.As(err, &e) || !strings.HasPrefix(e.Code, "template.")) {
		t.Errorf("%s: %v", name, err)
	}
}
