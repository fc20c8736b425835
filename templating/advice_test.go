package templating

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What messages tell people to write must itself be right.

var (
	filterIn = regexp.MustCompile(`\|([a-zA-Z0-9]+)`)
	methodIn = regexp.MustCompile(`^write ([a-z]+)\(`)
	tagIn    = regexp.MustCompile(`\{% ?([a-z]+)`)
)

func TestAdviceNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	filters := slices.Concat(slices.Collect(maps.Values(foreignFilters)), slices.Collect(maps.Values(forbiddenFilters)),
		slices.Collect(maps.Values(foreignMembers)), slices.Collect(maps.Values(foreignMethods)), slices.Collect(maps.Values(foreignTags)))
	for _, advice := range filters {
		for _, m := range filterIn.FindAllStringSubmatch(advice, -1) {
			if filterNamed(m[1]) == nil {
				t.Errorf("%q names the filter %s", advice, m[1])
			}
		}
	}
	for name, advice := range foreignMethods {
		if m := methodIn.FindStringSubmatch(advice); m != nil && !slices.Contains(methodNames(), m[1]) {
			t.Errorf("the advice for %s() is %q", name, advice)
		}
	}
	tags := slices.Concat(tagNames(), closing, []string{"raw"})
	for _, advice := range slices.Concat(slices.Collect(maps.Values(foreignTags)), slices.Collect(maps.Values(forbiddenTags))) {
		for _, m := range tagIn.FindAllStringSubmatch(advice, -1) {
			if !slices.Contains(tags, m[1]) {
				t.Errorf("%q names the tag %s", advice, m[1])
			}
		}
	}
}

// A name that there is must not be called foreign or forbidden.
func TestAdviceLeavesWhatThereIs(t *testing.T) {
	t.Parallel()
	for name := range maps.Keys(foreignFilters) {
		if filterNamed(name) != nil {
			t.Errorf("the filter %s is called foreign", name)
		}
	}
	for name := range maps.Keys(forbiddenFilters) {
		if filterNamed(name) != nil {
			t.Errorf("the filter %s is called forbidden", name)
		}
	}
	for name := range foreignMethods {
		if slices.Contains(methodNames(), name) {
			t.Errorf("the method %s is called foreign", name)
		}
	}
	for _, name := range slices.Concat(tagNames(), closing) {
		if foreignTags[name] != "" || forbiddenTags[name] != "" {
			t.Errorf("the tag %s is called foreign or forbidden", name)
		}
	}
	for name := range forbiddenFunctions {
		if functions[name] != nil || isRoot(name) || isConstant(name) {
			t.Errorf("the function %s is called forbidden", name)
		}
	}
	for name := range foreignNames {
		if isRoot(name) || isConstant(name) || functions[name] != nil {
			t.Errorf("the name %s is called foreign", name)
		}
	}
}

func TestSuggestedZonesAndLanguages(t *testing.T) {
	t.Parallel()
	for _, zone := range usualZones {
		if _, err := loadZone(zone); err != nil {
			t.Error(err)
		}
	}
	for in, want := range map[string]string{"Asia/Tokio": "Asia/Tokyo", "tokyo": "Asia/Tokyo", "Bangkok": "Asia/Bangkok", "hong kong": "Asia/Hong_Kong", "utc+9": "", "Mars/Base": "", "": ""} {
		if got := nearestZone(in); got != want {
			t.Errorf("the zone nearest to %q is %q, want %q", in, got, want)
		}
	}
	for name, tag := range languageNames {
		if languages[tag] == nil {
			t.Errorf("%s is said to be %s", name, tag)
		}
	}
	for alias, tag := range languageAliases {
		if languages[tag] == nil || strings.ToLower(alias) != alias {
			t.Errorf("%s stands for %s", alias, tag)
		}
	}
}

// Display names and keys are names of one value, in both directions.
func TestAliases(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, group := range aliases {
		for _, name := range group {
			if seen[name] {
				t.Errorf("%s stands in two groups", name)
			}
			seen[name] = true
			got := Aliases(name)
			if got[0] != name || len(got) != len(group) {
				t.Errorf("the names of %s are %v", name, got)
			}
			slices.Sort(got)
			if want := slices.Sorted(slices.Values(group)); !slices.Equal(got, want) {
				t.Errorf("the names of %s are %v, want %v", name, got, want)
			}
		}
	}
	if got := Aliases("tier"); !slices.Equal(got, []string{"tier"}) {
		t.Errorf("the names of tier are %v", got)
	}
}
