package web

import (
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/seal"
)

// zeroPages is every page's template with empty data.
var zeroPages = map[string]page{
	"home": homePage{}, "campaigns": campaignsPage{}, "campaign": campaignPage{}, "library": libraryPage{}, "template": templatePage{},
	"runs": runsPage{}, "run": runPage{}, "signin": signInPage{}, "problem": problem{},
}

// TestTemplatesWithoutData executes every template with empty data. That every
// branch also works with data is TestEveryBranch's.
func TestTemplatesWithoutData(t *testing.T) {
	t.Parallel()
	ring, err := seal.NewRing(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := New(Deps{Sealer: ring, Zone: time.UTC, Log: slog.New(slog.DiscardHandler), Now: time.Now, Store: nothing{}})
	for name := range s.templates {
		if name == "layout" || name == "parts" {
			continue
		}
		p, ok := zeroPages[name]
		if !ok {
			t.Errorf("zeroPages lacks %s", name)
			continue
		}
		w := &response{ResponseWriter: httptest.NewRecorder()}
		if err := s.render(w, httptest.NewRequest("GET", "/", nil), 200, name, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, rt := range s.routes {
		if _, ok := zeroPages[rt.template]; rt.template != "" && !ok {
			t.Errorf("%s names the template %q, which does not exist", rt.pattern, rt.template)
		}
	}
}

// nothing is a Store that is never asked.
type nothing struct{ Store }

// TestScopes demands that every route but those named needs a signed-in
// reader.
func TestScopes(t *testing.T) {
	t.Parallel()
	open := map[string]bool{"GET /signin": true, "POST /signin": true, "GET /signin/once/{token}": true,
		"POST /signout": true, "GET /assets/{name}": true}
	for _, rt := range (&Web{}).table() {
		if (rt.scope == access.Anyone) != open[rt.pattern] {
			t.Errorf("%s needs the scope %q", rt.pattern, rt.scope)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ got, want string }{
		{number(0), "0"}, {number(999), "999"}, {number(1000), "1,000"}, {number(int64(1234567)), "1,234,567"}, {number(-12345), "-12,345"},
		{percent(0), "0 %"}, {percent(0.00001), "<0.1 %"}, {percent(0.5), "50 %"}, {percent(0.1234), "12.3 %"}, {percent(0.99999), "99.9 %"}, {percent(1), "100 %"},
		{speed(0), "0"}, {speed(0.44), "0.4"}, {speed(9.96), "10.0"}, {speed(812.4), "812"}, {speed(1999.6), "2,000"},
		{span(0), "0 s"}, {span(-time.Second), "0 s"}, {span(59 * time.Second), "59 s"}, {span(61 * time.Second), "1 min 1 s"}, {span(90 * time.Minute), "1 h 30 min"}, {span(49 * time.Hour), "2 d 1 h"},
		{masked("U4af0718c4af0718c"), "U4af…718c"}, {masked("U4af0"), ""}, {words("no_line_id"), "no line id"},
		{sentence("nothing is at /x"), "Nothing is at /x."}, {sentence(""), ""}, {sentence("É."), "É."}, {sentence("\xff"), "\xff"},
		{numberUnlessZero(0), ""}, {numberUnlessZero(409), "409"}, {textOf[int64](nil), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// TestPieces demands of bars that they stay on their ground, whatever the
// numbers.
func TestPieces(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		before, n, total int64
		want             piece
	}{
		{0, 0, 0, piece{"c", "0.0", "0.0"}},
		{0, 50, 100, piece{"c", "0.0", "500.0"}},
		{25, 50, 100, piece{"c", "250.0", "500.0"}},
		{999_999, 1, 1_000_000, piece{"c", "998.0", "2.0"}},
		{0, 1, 1_000_000, piece{"c", "0.0", "2.0"}},
	} {
		if got := pieceOf("c", tt.before, tt.n, tt.total); got != tt.want {
			t.Errorf("%d behind %d of %d: got %v, want %v", tt.n, tt.before, tt.total, got, tt.want)
		}
	}
}
