package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hash is the part of an asset's address that changes with every edit of it.
var hash = regexp.MustCompile(`(/assets/[a-z]+)\.[0-9a-f]{8}\.`)

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = hash.ReplaceAllString(got, "$1.HASH.")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./web -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), go test ./web -update accepts it:\n%s", path, diff)
	}
}

// TestGolden holds every page against its HTML, as people with a browser
// reviewed it.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, target string }{
		{"home", "/"},
		{"campaigns", "/campaigns"},
		{"campaigns_archived", "/campaigns?status=archived"},
		{"campaign", "/campaigns/cmp_11"},
		{"campaign_bare", "/campaigns/cmp_13"},
		{"campaign_template", "/campaigns/cmp_12"},
		{"templates", "/templates"},
		{"template", "/templates/tpl_1"},
		{"template_older", "/templates/tpl_1?version=1"},
		{"template_difference", "/templates/tpl_1?from=2&to=3"},
		{"template_refused", "/templates/tpl_2"},
		{"runs", "/runs"},
		{"run_sending", "/runs/run_7"},
		{"run_filtered", "/runs/run_7?state=rejected&reason=bad_recipient"},
		{"run_halted", "/runs/run_6"},
		{"run_finished", "/runs/run_5"},
		{"run_cancelled", "/runs/run_4"},
		{"run_freezing", "/runs/run_3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			golden(t, tt.name+".golden.html", newSite(t, sample()).get(t, tt.target))
		})
	}
}

// TestGoldenOfNothing shows what a list says that is empty.
func TestGoldenOfNothing(t *testing.T) {
	t.Parallel()
	golden(t, "templates_none.golden.html", newSite(t, &memory{}).get(t, "/templates"))
}

func TestGoldenSignedOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	golden(t, "signin.golden.html", s.ask("GET", "/signin?next=/runs/run_7", "").Body.String())
	golden(t, "signin_wrong.golden.html", s.ask("POST", "/signin", "key=lcs_nothing&next=/runs/run_7").Body.String())
	golden(t, "not_found.golden.html", s.ask("GET", "/nowhere", "").Body.String())
}
