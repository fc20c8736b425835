package api_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/examples"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/line/simulator"
)

func example(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(examples.Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// customers are users that the segments of examples/ tell apart, at the tests'
// time: 22 November 2026, four in the afternoon in Bangkok.
var customers = []string{
	`{"tier": "gold", "birthday": "1990-11-22", "city": "Bangkok", "last_purchase_at": "2026-11-01T12:00:00+07:00"}`,
	`{"tier": "platinum", "city": "BANGKOK", "points": 5000, "last_purchase_at": "2026-01-01T12:00:00+07:00"}`,
	`{"tier": "silver", "birthday": "1990-11-22", "city": "Tokyo", "tags": ["vip"]}`,
	`{"tier": "bronze", "birthday": "2000-11-23", "city": "Bangkok", "tags": ["vip", "sale"]}`,
}

// exampleSegments says whom each file of examples/segments names. Their ids
// follow from the order, seg_1 for the first.
var exampleSegments = []struct {
	file string
	want []string
}{
	{"gold.json", []string{"c-0", "c-1"}},
	{"lapsed.json", []string{"c-1"}},
	{"gold-and-not-lapsed.json", []string{"c-0"}},
	{"birthday.json", []string{"c-0", "c-2"}},
	{"vips-in-bangkok.json", []string{"c-1", "c-3"}},
}

func (s *stage) addCustomers() {
	s.t.Helper()
	for i, attributes := range customers {
		s.expect(201, "POST", "/api/v1/users", fmt.Sprintf(`{"user_id": "c-%d", "line_id": %q, "attributes": %s}`, i, simulator.UserID(i), attributes))
	}
	const friends = `insert into friendships (channel_id, line_id, state, source, changed_at) select 1, line_id, 'friend', 'sync', now() from users`
	if _, err := s.pool.Exec(s.t.Context(), friends); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) addSegments() {
	s.t.Helper()
	for _, row := range exampleSegments {
		s.expect(201, "POST", "/api/v1/segments", fmt.Sprintf(`{"name": %q, "definition": %s}`, row.file, example(s.t, "segments/"+row.file)))
	}
}

func TestExampleSegments(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true})
	s.addCustomers()
	s.addSegments()
	for i, row := range exampleSegments {
		members := read[struct {
			Data []struct {
				UserID string `json:"user_id"`
			}
		}](s, fmt.Sprintf("/api/v1/segments/seg_%d/users", i+1))
		var got []string
		for _, m := range members.Data {
			got = append(got, m.UserID)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: %s", row.file, diff)
		}
	}
	files, err := fs.Glob(examples.Files(), "segments/*.json")
	if err != nil || len(files) != len(exampleSegments) {
		t.Errorf("%d files and %d rows, %v", len(files), len(exampleSegments), err)
	}
}

// Each campaign of examples/ is accepted as it is, passes its preflight and
// comes due when it says.
func TestExampleCampaigns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file  string
		check func(*testing.T, *stage, campaign.Campaign)
	}{
		{"campaign.json", finishes},
		{"campaigns/songkran.json", finishes},
		{"campaigns/weekly.json", func(t *testing.T, _ *stage, c campaign.Campaign) {
			due := c.NextDueAt.In(time.FixedZone("Bangkok", 7*60*60))
			if due.Weekday() != time.Monday || due.Format("15:04:05") != "09:00:00" || time.Until(due) > 7*24*time.Hour {
				t.Errorf("it is due at %s", due)
			}
		}},
		{"campaigns/scheduled.json", func(t *testing.T, _ *stage, c campaign.Campaign) {
			if !c.NextDueAt.Equal(time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("it is due at %s", c.NextDueAt)
			}
		}},
	}
	files, err := fs.Glob(examples.Files(), "campaigns/*.json")
	for _, tt := range tests {
		files = slices.DeleteFunc(files, func(f string) bool { return f == tt.file })
		t.Run(path.Base(tt.file), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, stageOptions{channel: true})
			s.addCustomers()
			s.addSegments()
			s.expect(200, "POST", "/api/v1/users", `{"user_id": "c-0", "attributes": {"name": "Somchai", "points": 7}}`)
			c := s.draft(example(t, tt.file))
			s.expect(200, "POST", c+"/publish", "")
			tt.check(t, s, read[campaign.Campaign](s, c))
		})
	}
	if err != nil || len(files) > 0 {
		t.Errorf("not tested: %v, %v", files, err)
	}
}

// finishes sends the campaign to seg_1, of whom c-0 has all that is printed.
func finishes(t *testing.T, s *stage, c campaign.Campaign) {
	t.Helper()
	s.work()
	p := s.ended(s.run("/api/v1/campaigns/" + c.ID.String()))
	if p.Frozen != 2 || p.Counts.Accepted < 1 || p.Counts.Accepted+p.Counts.Skipped != 2 {
		t.Errorf("%+v", p)
	}
}

// The walk with curl goes from nothing to a finished campaign, and again where
// the account is connected already.
func TestTour(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 5}) // whom it must leave alone
	url := s.serve()
	s.work()
	for _, from := range []string{"nothing", "a connected account"} {
		cmd := exec.CommandContext(t.Context(), "sh", "../examples/tour.sh")
		cmd.Env = append(os.Environ(), "LINECAST_URL="+url, "LINECAST_API_KEY="+s.tokens[access.Admin])
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasSuffix(string(out), "Done.\n") || strings.Count(string(out), ",accepted,") != 3 {
			t.Fatalf("from %s: %v\n%s", from, err, out)
		}
	}
	sent := map[string]int{}
	for r := range s.account.All() {
		sent[r.To]++
	}
	want := map[string]int{simulator.UserID(900001): 4, simulator.UserID(900002): 2, simulator.UserID(900003): 2} // two tests, two runs
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

// A walk that cannot begin says why.
func TestTourFails(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{})
	url := s.serve()
	for name, tt := range map[string]struct {
		env  []string
		want string
	}{
		"no key":    {[]string{"LINECAST_URL=" + url}, "LINECAST_API_KEY"},
		"wrong key": {[]string{"LINECAST_URL=" + url, "LINECAST_API_KEY=lcs_wrong"}, `"code":"auth.unknown"`},
		"bad token": {[]string{"LINECAST_URL=" + url, "LINECAST_API_KEY=" + s.tokens[access.Admin], "LINE_CHANNEL_TOKEN=wrong"}, `"code":"line.unauthorized"`},
	} {
		cmd := exec.CommandContext(t.Context(), "sh", "../examples/tour.sh")
		cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, tt.env...)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: %v, want %s\n%s", name, err, tt.want, out)
		}
	}
}

// The files of examples/ say who and what; a bare body of a message is one of
// examples/messages.
func TestExampleMessagesMakeCampaigns(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true})
	files, err := fs.Glob(examples.Files(), "messages/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := json.Marshal(example(t, file))
		if err != nil {
			t.Fatal(err)
		}
		s.draft(draftOf(path.Base(file), `"content": {"body": `+string(text)+`}`))
	}
}
