package campaign_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// TestNextAroundClockChanges walks a cron expression over days on which clocks
// change: exactly one run on each local day.
func TestNextAroundClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, cron, zone, from string
		want                   []string
	}{
		{"gap: first instant behind it", "30 2 * * *", "America/New_York", "2026-03-07T00:00:00-05:00",
			[]string{"2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"}},
		{"twice: the first only", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"London gap", "15 1 * * *", "Europe/London", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T02:00:00+01:00", "2026-03-30T01:15:00+01:00"}},
		{"half-hour change, gap", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		{"half-hour change, twice", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"midnight that does not exist", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00-03:00",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"}},
		{"a day that does not exist", "0 9 * * *", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T09:00:00+14:00"}},
		{"no clock changes", "0 9 * * MON", "Asia/Tokyo", "2026-11-22T00:00:00+09:00",
			[]string{"2026-11-23T09:00:00+09:00", "2026-11-30T09:00:00+09:00"}},
		{"every minute: the repeated hour once", "*/30 * * * *", "America/New_York", "2026-11-01T00:45:00-04:00",
			[]string{"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T02:00:00-05:00"}},
		{"every ten minutes: the gap once", "*/10 2 * * *", "America/New_York", "2026-03-08T01:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"}},
		{"29 February", "0 0 29 2 *", "Asia/Bangkok", "2026-01-01T00:00:00+07:00",
			[]string{"2028-02-29T00:00:00+07:00"}},
		{"started inside the repeated hour", "45 1 * * *", "America/New_York", "2026-11-01T01:30:00-05:00",
			[]string{"2026-11-02T01:45:00-05:00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cron, err := campaign.ParseCron(tt.cron)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, tt.from)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range tt.want {
				next, ok := cron.Next(at, zone(t, tt.zone))
				if got := next.Format(time.RFC3339); !ok || got != want {
					t.Fatalf("run %d: got %s, %v; want %s", i, got, ok, want)
				}
				at = next
			}
		})
	}
}

func TestNextNever(t *testing.T) {
	t.Parallel()
	cron, err := campaign.ParseCron("0 9 31 2 *")
	if err != nil {
		t.Fatal(err)
	}
	if next, ok := cron.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC); ok {
		t.Fatalf("31 February came due at %s", next)
	}
}

func TestParseCronRefuses(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		"", "TZ=0", "CRON_TZ=Asia/Tokyo 0 9 * * *", "@every 1h", "0 9 * *", "61 * * * *", "0 9 * * MON TUE",
		"0 9 * * FUNDAY", "@noon", "0 9 * * * *", "０ ９ * * *", string(make([]byte, 100)),
	} {
		if _, err := campaign.ParseCron(expr); !errs.Is(err, "schedule.bad_cron") {
			t.Errorf("%q: got %v, want schedule.bad_cron", expr, err)
		}
	}
}

// FuzzCron asks of any expression and start: no panic, and a due time that is
// after the start.
func FuzzCron(f *testing.F) {
	for _, expr := range []string{"0 9 * * MON", "*/7 2 29 2 *", "@daily", "TZ=0", "0-59/5 1,2 * 3-11 SUN"} {
		f.Add(expr, int64(1793500000))
	}
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string, unix int64) {
		cron, err := campaign.ParseCron(expr)
		if err != nil {
			if !errs.Is(err, "schedule.bad_cron") {
				t.Fatalf("error without a code: %v", err)
			}
			return
		}
		from := time.Unix(unix%4e9, 0)
		if next, ok := cron.Next(from, loc); ok && !next.After(from) {
			t.Fatalf("%q after %s: %s", expr, from, next)
		}
	})
}
