package campaign

import (
	"cmp"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// Schedule is when a campaign sends. Exactly one of Now, At, Cron and Event is
// set.
type Schedule struct {
	Now      bool   `json:"now,omitempty"`
	At       string `json:"at,omitempty"`        // wall clock 2026-12-01T09:00:00 in TimeZone, or RFC 3339 with its own offset
	Cron     string `json:"cron,omitempty"`      // minute hour day month weekday, or @daily and the like
	TimeZone string `json:"time_zone,omitempty"` // IANA name; default the workspace's
	Until    string `json:"until,omitempty"`     // last possible due time of Cron, written like At
	Event    string `json:"event,omitempty"`
	Delay    string `json:"delay,omitempty"`
}

// wallLayouts are the ways At and Until may be written without an offset.
var wallLayouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"}

// Location is TimeZone as a location; nil when it is not set.
func (s Schedule) Location() (*time.Location, error) {
	if s.TimeZone == "" {
		return nil, nil
	}
	loc, err := time.LoadLocation(s.TimeZone)
	if err != nil || s.TimeZone == "Local" {
		return nil, errs.New("schedule.time_zone", s.TimeZone)
	}
	return loc, nil
}

// First is the first due time of a campaign published at now; workspace is the
// zone of a schedule that names none. A time that has passed is
// schedule.past, a cron without a coming time schedule.never.
func (s Schedule) First(now time.Time, workspace *time.Location) (time.Time, error) {
	loc, err := s.Location()
	if err != nil {
		return time.Time{}, err
	}
	loc = cmp.Or(loc, workspace, time.UTC)
	switch {
	case s.Now:
		return now, nil
	case s.Cron != "":
		due, ok, err := s.after(now, loc)
		if err == nil && !ok {
			err = errs.New("schedule.never", s.Cron).At("/schedule/cron")
		}
		return due, err
	}
	at, err := instant(s.At, loc)
	if err != nil {
		return time.Time{}, errs.From(err).At("/schedule/at")
	}
	if at.Before(now) {
		return time.Time{}, errs.New("schedule.past", at.In(loc).Format(time.RFC3339)).At("/schedule/at")
	}
	return at, nil
}

// After is the due time that follows due; false when there is none, as for a
// one-time campaign or a cron whose Until has passed.
func (s Schedule) After(due time.Time, workspace *time.Location) (time.Time, bool) {
	loc, err := s.Location()
	if err != nil || s.Cron == "" {
		return time.Time{}, false
	}
	next, ok, err := s.after(due, cmp.Or(loc, workspace, time.UTC))
	return next, ok && err == nil
}

func (s Schedule) after(t time.Time, loc *time.Location) (time.Time, bool, error) {
	cron, err := ParseCron(s.Cron)
	if err != nil {
		return time.Time{}, false, err
	}
	next, ok := cron.Next(t, loc)
	if !ok || s.Until == "" {
		return next, ok, nil
	}
	until, err := instant(s.Until, loc)
	return next, err == nil && !next.After(until), err
}

// instant reads a wall clock time in loc, or RFC 3339.
func instant(s string, loc *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range wallLayouts {
		if wall, err := time.Parse(layout, s); err == nil {
			return FromWall(wall, loc), nil
		}
	}
	return time.Time{}, errs.New("schedule.bad_time", s)
}

// problems reports what is wrong with the schedule for a campaign of kind.
func (s Schedule) problems(kind Kind) []*errs.Error {
	var bad []*errs.Error
	add := func(e *errs.Error, field string) { bad = append(bad, e.At("/schedule"+field)) }
	if _, err := s.Location(); err != nil {
		add(errs.From(err), "/time_zone")
	}
	switch kind {
	case OneTime:
		if s.Now == (s.At != "") || s.Cron != "" || s.Event != "" {
			add(errs.New("schedule.one_time"), "")
		} else if _, err := instant(s.At, time.UTC); s.At != "" && err != nil {
			add(errs.From(err), "/at")
		}
	case Recurring:
		if s.Cron == "" || s.Now || s.At != "" || s.Event != "" {
			add(errs.New("schedule.recurring"), "")
		} else if _, err := ParseCron(s.Cron); err != nil {
			add(errs.From(err), "/cron")
		}
		if _, err := instant(s.Until, time.UTC); s.Until != "" && err != nil {
			add(errs.From(err), "/until")
		}
	default:
		bad = append(bad, errs.New("campaign.kind", strings.TrimSpace(string(kind))).At("/kind"))
	}
	return bad
}
