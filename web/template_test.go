package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// TestLargestTemplates shows two versions as long as may be, of the most lines
// there can be: the text whole, of what changed only the beginning.
func TestLargestTemplates(t *testing.T) {
	t.Parallel()
	const half = 32 << 10
	m := sample()
	m.templates = map[ref.Template][]library.Version{1: {
		{Version: 1, Name: "Long", Body: campaign.Body(strings.Repeat("<\n", half))},
		{Version: 2, Name: "Long", Body: campaign.Body(strings.Repeat("&\n", half))},
	}}
	page := newSite(t, m).get(t, "/templates/tpl_1?from=1&to=2")
	for text, want := range map[string]int{
		"<span>&amp;\n</span>": half, "<del>&lt;</del>": 1000, "<ins>": 0, "Lines that are not shown: 64,536.": 1,
	} {
		if got := strings.Count(page, text); got != want {
			t.Errorf("%d times %q, want %d", got, text, want)
		}
	}
	if len(page) > 1<<20 {
		t.Errorf("%d bytes", len(page))
	}
}

// TestWhoSeesTemplates demands the scope that the API asks for, also of a key
// that had another one when it signed in.
func TestWhoSeesTemplates(t *testing.T) {
	t.Parallel()
	for _, scope := range access.Scopes() {
		s := newSite(t, sample())
		cookie := s.signIn(t, adminKey)
		s.keys.keys[adminKey] = []access.Scope{scope.Name}
		want := http.StatusForbidden
		if access.Allows(s.keys.keys[adminKey], access.ReportsRead) {
			want = http.StatusOK
		}
		for _, target := range []string{"/templates", "/templates/tpl_1", "/templates/tpl_1?version=1", "/templates/tpl_1?from=1&to=2"} {
			if got := s.ask("GET", target, "", "Cookie", cookie).Code; got != want {
				t.Errorf("%s with %s: %d, want %d", target, scope.Name, got, want)
			}
			if got := s.ask("GET", target, "").Code; got != http.StatusSeeOther {
				t.Errorf("%s signed out: %d", target, got)
			}
		}
	}
}

// TestOrigin shows what a campaign sends that takes it from a template.
func TestOrigin(t *testing.T) {
	t.Parallel()
	m := sample()
	m.campaigns = append(m.campaigns, campaign.Campaign{ID: 16, Definition: campaign.Definition{Content: campaign.Content{Template: 1, Version: 1}}})
	s := newSite(t, m)
	for target, want := range map[string][]string{
		"/campaigns/cmp_11": {"สวัสดี &lt;&lt;UserAttribute"},
		"/campaigns/cmp_12": {`<a href="/templates/tpl_1?version=2">New year 新年</a>, version 2.`, "お客様"},
		"/campaigns/cmp_14": {`<span class="id">tpl_9</span>, which has been deleted.`, "あけまして"},
		"/campaigns/cmp_15": {`<a href="/templates/tpl_1">New year 新年</a>, as it is now`, "สวัสดีปีใหม่"},
		"/campaigns/cmp_16": {`<a href="/templates/tpl_1?version=1">New year 新年</a>, version 1.`, "あけまして"},
	} {
		page := s.get(t, target)
		_, sent, _ := strings.Cut(page, "What is sent")
		sent, _, _ = strings.Cut(sent, "To whom")
		for _, text := range want {
			if !strings.Contains(sent, text) {
				t.Errorf("%s lacks %s:\n%s", target, text, sent)
			}
		}
	}
}
