package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// layers says who may import whom: a package may import those of the layers
// above its line, never its own line's or below. A directory stands for what
// is below it too, unless that has a line of its own.
var layers = [][]string{
	{"errs", "examples"},
	{"ref", "internal/nearest", "internal/seal", "internal/httpstatus", "internal/localpg", "line/message"},
	{"internal/access", "internal/strictjson", "migrations", "line", "audience"},
	{"internal/config", "internal/client", "templating", "segment", "channel", "line/simulator"},
	{"campaign"},
	{"delivery", "library"},
	{"postgres"},
	{"worker", "api", "web"},
	{"internal/app"},
	{"cmd"},
}

// aside are packages that no product package imports; they may import all.
var aside = []string{"internal/archtest", "internal/pgtest", "bench", "examples/gen"}

// forbidden is what layers cannot say: technologies that must stay where they
// are, so that the rest can be read and tested without them.
var forbidden = []struct {
	packages []string
	imports  []string
	why      string
}{
	{[]string{"api", "web"}, []string{"postgres", "worker", "migrations"},
		"they declare the few methods they need; internal/app wires them"},
	{[]string{"campaign", "delivery", "segment", "templating", "audience", "channel", "line/message", "errs", "ref"},
		[]string{"net/http", "database/sql", pgx, river, echo}, "a domain package knows nothing of HTTP, SQL drivers or the queue"},
	{[]string{"line", "line/simulator", "api", "web", "cmd", "examples"},
		[]string{"database/sql", pgx, river}, "SQL is in postgres, jobs are in worker, and internal/app wires them"},
	{[]string{"postgres"}, []string{"net/http", river, echo}, "postgres stores; it neither serves nor queues"},
	{[]string{"worker", "line", "line/simulator", "postgres", "migrations"}, []string{echo}, "only api and web serve pages"},
}

const (
	pgx   = "github.com/jackc/pgx/"
	river = "github.com/riverqueue/"
	echo  = "github.com/labstack/echo/"
)

// Direction lists what breaks the rules above.
func Direction(packages []Package) (problems []string) {
	for _, p := range packages {
		if len(p.Product) == 0 || within(p.Path, aside) != "" {
			continue
		}
		if rank(p.Path) < 0 {
			problems = append(problems, fmt.Sprintf("%s: no rule mentions it: place it in the layers of internal/archtest/direction.go", p.Path))
			continue
		}
		for _, imported := range p.Imports() {
			if problem := judge(p.Path, imported); problem != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s: %s", p.Path, imported, problem))
			}
		}
	}
	return problems
}

// judge says what is wrong with one import, or "".
func judge(from, to string) string {
	for _, rule := range forbidden {
		if within(from, rule.packages) != "" && within(to, rule.imports) != "" {
			return rule.why
		}
	}
	if within(to, aside) != "" {
		return "that is for tests and tools only"
	}
	if to == "testing" {
		return "test support in a product package is linked into the program"
	}
	if rank(to) >= rank(from) && owner(to) != owner(from) {
		return fmt.Sprintf("%s is not below %s in the layers of internal/archtest/direction.go", owner(to), owner(from))
	}
	return ""
}

// owner is the entry of layers that path belongs to, the longest that fits.
func owner(path string) string { return within(path, slices.Concat(layers...)) }

func rank(path string) int {
	name := owner(path)
	return slices.IndexFunc(layers, func(layer []string) bool { return name != "" && slices.Contains(layer, name) })
}

// within returns the longest of entries that is path or a directory above it.
func within(path string, entries []string) (best string) {
	for _, e := range entries {
		if (path == e || strings.HasPrefix(path, strings.TrimSuffix(e, "/")+"/")) && len(e) > len(best) {
			best = e
		}
	}
	return best
}
