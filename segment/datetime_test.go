package segment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseDatetime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, zone, want string }{
		{"2026-12-01T09:00:00Z", "UTC", "2026-12-01T09:00:00Z"},
		{"2026-12-01t09:00:00z", "UTC", "2026-12-01T09:00:00Z"},
		{"2026-12-01 09:00:00+07:00", "UTC", "2026-12-01T02:00:00Z"},
		{"2026-12-01T09:00:00.1234565Z", "UTC", "2026-12-01T09:00:00.123456Z"}, // half to even, as PostgreSQL rounds
		{"2026-12-01T09:00:00.1234575Z", "UTC", "2026-12-01T09:00:00.123458Z"},
		{"2026-12-31T23:59:59.9999999Z", "UTC", "2027-01-01T00:00:00Z"},
		{"2026-12-01", "Asia/Bangkok", "2026-11-30T17:00:00Z"},
		{"2024-02-29", "UTC", "2024-02-29T00:00:00Z"},
		{"2026-02-29", "UTC", ""}, {"1900-02-29", "UTC", ""}, {"2026-04-31", "UTC", ""}, {"2026-13-01", "UTC", ""},
		{"0000-01-01", "UTC", ""}, {"2026-12-1", "UTC", ""}, {"2026/12/01", "UTC", ""}, {"", "UTC", ""}, {"２０２６", "UTC", ""},
		{"2026-12-01T09:00:00", "UTC", ""}, {"2026-12-01T09:00Z", "UTC", ""}, {"2026-12-01T24:00:00Z", "UTC", ""},
		{"2026-12-01T09:00:60Z", "UTC", ""}, {"2026-12-01T09:60:00Z", "UTC", ""}, {"2026-12-01T09:00:00.Z", "UTC", ""},
		{"2026-12-01T09:00:00,5Z", "UTC", ""}, {"2026-12-01T09:00:00+16:00", "UTC", ""}, {"2026-12-01T09:00:00+0700", "UTC", ""},
		{"2026-12-01T09:00:00+07:60", "UTC", ""}, {"2026-12-01T09:00:00.", "UTC", ""}, {"2026-12-01T09:00:00Z ", "UTC", ""},
		{"2026-12-01T09:00:00.1234567890123456Z", "UTC", ""}, // 37 characters
		// A midnight that the clocks skip begins the day an hour later.
		{"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"},
		// A midnight that comes twice: the second begins the day.
		{"2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z"},
		// Samoa left the 30th out.
		{"2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z"},
	} {
		got, ok := parseDatetime(c.in, zone(t, c.zone))
		if ok != (c.want != "") || ok && !got.Equal(instant(t, c.want)) {
			t.Errorf("%q in %s is %v %v, want %q", c.in, c.zone, got.UTC(), ok, c.want)
		}
	}
}

func TestWallTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ wall, zone, want string }{
		{"2026-03-29T01:59:59Z", "Europe/Berlin", "2026-03-29T00:59:59Z"},
		{"2026-03-29T02:00:00Z", "Europe/Berlin", "2026-03-29T01:00:00Z"}, // skipped: as before the jump
		{"2026-03-29T02:30:00Z", "Europe/Berlin", "2026-03-29T01:30:00Z"},
		{"2026-03-29T03:00:00Z", "Europe/Berlin", "2026-03-29T01:00:00Z"},
		{"2026-10-25T01:59:59Z", "Europe/Berlin", "2026-10-24T23:59:59Z"},
		{"2026-10-25T02:30:00Z", "Europe/Berlin", "2026-10-25T01:30:00Z"}, // twice: the second
		{"2026-10-25T03:00:00Z", "Europe/Berlin", "2026-10-25T02:00:00Z"},
		{"2300-07-01T00:00:00Z", "Europe/Berlin", "2300-06-30T22:00:00Z"},
		{"2026-07-01T00:00:00Z", "UTC", "2026-07-01T00:00:00Z"},
	} {
		if got := wallTime(instant(t, c.wall), zone(t, c.zone)); !got.Equal(instant(t, c.want)) {
			t.Errorf("%s in %s is %s, want %s", c.wall, c.zone, got.UTC(), c.want)
		}
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, zone string
		span       span
		want       string
	}{
		{"2026-03-29T12:00:00Z", "UTC", span{"last", 1, "months"}, "2026-02-28T12:00:00Z"},
		{"2024-03-31T12:00:00Z", "UTC", span{"last", 1, "months"}, "2024-02-29T12:00:00Z"},
		{"2026-01-31T12:00:00Z", "UTC", span{"next", 13, "months"}, "2027-02-28T12:00:00Z"},
		{"2026-01-01T00:00:00Z", "UTC", span{"last", 1, "days"}, "2025-12-31T00:00:00Z"},
		{"2026-01-15T00:00:00Z", "UTC", span{"last", 2, "weeks"}, "2026-01-01T00:00:00Z"},
		// A day before noon is noon, though one of the days has 23 hours.
		{"2026-03-29T12:00:00+02:00", "Europe/Berlin", span{"last", 1, "days"}, "2026-03-28T12:00:00+01:00"},
		{"2026-03-29T12:00:00+02:00", "Europe/Berlin", span{"last", 24, "hours"}, "2026-03-28T11:00:00+01:00"},
		{"2026-03-28T02:30:00+01:00", "Europe/Berlin", span{"next", 1, "days"}, "2026-03-29T03:30:00+02:00"},
		{"2026-12-01T09:00:00.123456Z", "UTC", span{"last", 10000, "months"}, "1193-08-01T09:00:00.123456Z"},
	} {
		got := c.span.from(instant(t, c.from).In(zone(t, c.zone)))
		if !got.Equal(instant(t, c.want)) {
			t.Errorf("%s %d %s of %s in %s is %s, want %s", c.span.key, c.span.n, c.span.unit, c.from, c.zone, got, c.want)
		}
	}
}

func TestPrefilter(t *testing.T) {
	t.Parallel()
	at := func(s string) *time.Time { v := instant(t, s); return &v }
	for _, c := range []struct {
		w    window
		want []string
	}{
		{window{}, []string{"0", ":", "0", ":"}},
		{window{from: at("2026-03-29T10:00:00Z")}, []string{"2026-03-28", ":", "2026-03-31", ":"}},
		{window{to: at("2026-03-29T10:00:00Z")}, []string{"0", "2026-03-31", "0", "2026-03-28"}},
		{between(*at("2026-01-01T00:00:00Z"), *at("2026-02-01T00:00:00Z")), []string{"2025-12-31", "2026-02-02", "2026-01-02", "2026-01-31"}},
		{between(*at("0001-01-01T00:00:00Z"), *at("9999-12-31T23:00:00Z")), []string{"0", ":", "0001-01-02", "9999-12-31"}},
	} {
		outer, beyond, inner, within := c.w.prefilter()
		if diff := cmp.Diff(c.want, []string{outer, beyond, inner, within}); diff != "" {
			t.Errorf("%v: -want +got:\n%s", c.w, diff)
		}
	}
}

func TestTimestamps(t *testing.T) {
	t.Parallel()
	early, late := instant(t, "2026-01-01T00:00:00Z"), instant(t, "2026-02-01T00:00:00.5Z")
	for _, c := range []struct {
		w          window
		start, end string
	}{
		{window{}, "-infinity", "infinity"},
		{between(early, late), "2026-01-01T00:00:00Z", "2026-02-01T00:00:00.5Z"},
		{between(late, early), "2026-02-01T00:00:00.5Z", "2026-02-01T00:00:00.5Z"}, // empty
		{between(time.Date(0, 12, 31, 8, 0, 0, 0, time.UTC), early), "0001-12-31T08:00:00Z BC", "2026-01-01T00:00:00Z"},
		{between(time.Date(-6, 2, 28, 8, 0, 0, 0, time.UTC), early), "0007-02-28T08:00:00Z BC", "2026-01-01T00:00:00Z"},
	} {
		if start, end := c.w.timestamps(); start != c.start || end != c.end {
			t.Errorf("%s to %s, want %s to %s", start, end, c.start, c.end)
		}
	}
}

func TestAnniversaries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now          string
		days, nearby []string
	}{
		{"2026-05-17T12:00:00Z", []string{"05-17"}, []string{"05-16", "05-17", "05-18"}},
		{"2026-02-28T12:00:00Z", []string{"02-28", "02-29"}, []string{"02-27", "02-28", "02-29", "03-01"}},
		{"2024-02-28T12:00:00Z", []string{"02-28"}, []string{"02-27", "02-28", "02-29", "03-01"}},
		{"2024-02-29T12:00:00Z", []string{"02-29"}, []string{"02-28", "02-29", "03-01"}},
		{"2026-12-31T20:00:00Z", []string{"01-01"}, []string{"01-01", "01-02", "12-31"}}, // in Bangkok
	} {
		e := newEvaluation(Env{Now: instant(t, c.now), TimeZone: zone(t, "Asia/Bangkok")}, &Segment{})
		if diff := cmp.Diff(c.days, anniversaries(e)); diff != "" {
			t.Errorf("%s: days (-want +got):\n%s", c.now, diff)
		}
		if diff := cmp.Diff(c.nearby, nearby(anniversaries(e))); diff != "" {
			t.Errorf("%s: nearby (-want +got):\n%s", c.now, diff)
		}
	}
}
