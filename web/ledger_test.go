package web_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/web"
)

// crowd is a store with more of everything than fits on a page: campaigns, runs
// of each, templates, and versions and campaigns of the first.
func crowd() *memory {
	m := &memory{channels: []channel.Channel{{ID: 1, Name: "One", State: channel.Active}},
		templates: map[ref.Template][]library.Version{}, progress: map[ref.Run]delivery.Progress{}}
	for i := 1; i <= 60; i++ {
		lines := campaign.Body(strings.Repeat(fmt.Sprintf("%d\n", i), 600))
		m.templates[1] = append(m.templates[1], library.Version{Version: i, Name: "Template 1", Body: lines, CreatedAt: noon})
		if i > 1 {
			m.templates[ref.Template(i)] = []library.Version{{Version: 1, Name: fmt.Sprintf("Template %d", i), CreatedAt: noon}}
		}
		m.campaigns = append(m.campaigns, campaign.Campaign{ID: ref.Campaign(i), Name: fmt.Sprintf("Campaign %d", i), Channel: 1, Kind: campaign.API, Status: campaign.Finished, CreatedAt: noon, UpdatedAt: noon,
			Definition: campaign.Definition{Content: campaign.Content{Template: 1, Version: i, Body: lines}}})
		m.set(delivery.Progress{Run: delivery.Run{ID: ref.Run(i), Campaign: 1, Channel: 1, State: delivery.RunFinished, FinishedAt: at(0), DueAt: noon}})
	}
	return m
}

var (
	nextLink = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	rowLink  = regexp.MustCompile(`<th scope="row"(?: class="name")?>(?:<a href="/(?:runs|campaigns|templates)/([a-z]+_\d+(?:\?version=\d+)?)"|(usr_\d+))`)
)

// walk follows a list's next links and gives the ids of all its rows.
func walk(t *testing.T, s *site, target, section string) (ids []string) {
	t.Helper()
	for pages := 0; target != ""; pages++ {
		if pages > 10 {
			t.Fatal("the list does not end")
		}
		body := s.get(t, target)
		_, body, _ = strings.Cut(body, section)
		body, _, _ = strings.Cut(body, "</section>")
		for _, m := range rowLink.FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1]+m[2])
		}
		target = ""
		if next := nextLink.FindStringSubmatch(body); next != nil {
			target, _, _ = strings.Cut(html.UnescapeString(next[1]), "#")
		}
	}
	return ids
}

// TestPaging walks every list from its first to its last page: each row comes
// once.
func TestPaging(t *testing.T) {
	t.Parallel()
	many, s := newSite(t, crowd()), newSite(t, sample())
	for _, tt := range []struct {
		name, target, section string
		site                  *site
		want                  int
	}{
		{"campaigns", "/campaigns", "<main", many, 60},
		{"campaigns of a status", "/campaigns?status=finished", "<main", many, 60},
		{"runs", "/runs", "<main", many, 60},
		{"runs of a campaign", "/campaigns/cmp_1", "<main", many, 60},
		{"templates", "/templates", "<main", many, 60},
		{"versions of a template", "/templates/tpl_1?version=2&before_campaign=cmp_9", `id="versions"`, many, 60},
		{"campaigns of a template", "/templates/tpl_1?from=2&before=9", `id="campaigns"`, many, 60},
		{"ledger", "/runs/run_7", `id="ledger"`, s, 120},
		{"accepted", "/runs/run_7?state=accepted", `id="ledger"`, s, 84},
		{"of a reason", "/runs/run_7?reason=expired", `id="ledger"`, s, 12},
		{"of a user", "/runs/run_7?user=usr_1005", `id="ledger"`, s, 1},
		{"of state and reason", "/runs/run_7?state=accepted&reason=expired", `id="ledger"`, s, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ids := walk(t, tt.site, tt.target, tt.section)
			unique := slices.Clone(ids)
			slices.Sort(unique)
			if unique = slices.Compact(unique); len(ids) != tt.want || len(unique) != tt.want {
				t.Errorf("%d rows, %d different ones, want %d", len(ids), len(unique), tt.want)
			}
		})
	}
}

// TestLedgerOfSomebody shows who may see who the recipients are.
func TestLedgerOfSomebody(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	for _, tt := range []struct {
		key  string
		sees bool
	}{{adminKey, true}, {reportKey, false}} {
		cookie := s.signIn(t, tt.key)
		for _, target := range []string{"/runs/run_7", "/runs/run_7/ledger.csv"} {
			body := s.ask("GET", target, "", "Cookie", cookie).Body.String()
			if got := strings.Contains(body, "U4af0718c4af0718c"); got != tt.sees {
				t.Errorf("%s, %s: sees line ids: %v", tt.key, target, got)
			}
			if got := strings.Contains(body, "客-usr_1"); got != tt.sees {
				t.Errorf("%s, %s: sees user ids: %v", tt.key, target, got)
			}
			if masked := strings.Contains(body, "U4af…718c"); masked == tt.sees {
				t.Errorf("%s, %s: masked: %v", tt.key, target, masked)
			}
		}
	}
}

func TestLedgerCSV(t *testing.T) {
	t.Parallel()
	m := sample()
	m.deliveries[7][0].Detail, m.deliveries[7][0].UserID = "=HYPERLINK(\"http://evil\")", "+66 \"quoted\",\r\nlines"
	s := newSite(t, m)
	w := s.ask("GET", "/runs/run_7/ledger.csv?state=accepted", "", "Cookie", s.signIn(t, adminKey))
	if w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		w.Header().Get("Content-Disposition") != `attachment; filename="run_7-ledger.csv"` {
		t.Errorf("%v", w.Header())
	}
	body, marked := strings.CutPrefix(w.Body.String(), "\ufeff")
	records, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !marked || len(records) != 1+84 {
		t.Fatalf("%d records, marked as UTF-8: %v, %v", len(records), marked, err)
	}
	first := records[1]
	want := []string{"usr_1000", "'+66 \"quoted\",\nlines", "U4af0718c4af0718c4af0718c4af0718c", "accepted", "", "'=HYPERLINK(\"http://evil\")",
		"200", "1", "500000000000", first[9], "", first[11], "2026-11-22T14:03:20+09:00"}
	if !slices.Equal(first, want) {
		t.Errorf("got  %q\nwant %q", first, want)
	}
}

// TestLedgerBreaksOff demands that a download which fails on its way does not
// look like a whole one.
func TestLedgerBreaksOff(t *testing.T) {
	t.Parallel()
	m := sample()
	m.deliveries[7] = sampleDeliveries(2000)
	s := newSite(t, m)
	cookie := s.signIn(t, adminKey)
	s.ask("GET", "/runs/run_7", "", "Cookie", cookie)
	m.mu.Lock()
	m.err = errors.New("connection lost")
	m.mu.Unlock()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a recovered value, not an error
			t.Errorf("got %v, want the connection closed", p)
		}
	}()
	s.ask("GET", "/runs/run_7/ledger.csv", "", "Cookie", cookie)
	t.Error("the answer ended as if it were whole")
}

// FuzzHarmless asks of any cell: does a spreadsheet take it for a formula, and
// is all of its text still there?
func FuzzHarmless(f *testing.F) {
	for _, cell := range []string{"", "=1+1", "+66", "-1", "@SUM(A1)", "\t=1", "\r=1", "ปกติ", "'=1", "a=b"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got := web.Harmless(cell)
		if !strings.HasSuffix(got, cell) || len(got) > len(cell)+1 || got != "" && strings.Contains("=+-@\t\r", got[:1]) {
			t.Errorf("%q became %q", cell, got)
		}
	})
}
