package campaign

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/linecast/linecast/errs"
)

// Cron is a parsed cron expression. robfig/cron only parses it: its own Next
// fires twice when a clock is set back, never when it is set forward, returns
// the zero time for 31 February and panics on "TZ=0" (robfig/cron v3.0.1,
// issues 541, 470 and 554).
type Cron struct{ schedule cron.Schedule }

const maxCron = 64 // characters

// ParseCron reads five fields (minute hour day month weekday) or @hourly,
// @daily, @weekly, @monthly, @yearly. A zone inside the expression is refused:
// the schedule's time_zone says it. The error is schedule.bad_cron.
func ParseCron(expr string) (c Cron, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.New("schedule.bad_cron", expr, fmt.Sprint(p))
		}
	}()
	switch {
	case len(expr) > maxCron:
		return c, errs.New("schedule.bad_cron", expr[:maxCron]+"…", fmt.Sprintf("longer than %d characters", maxCron))
	case strings.Contains(expr, "TZ="):
		return c, errs.New("schedule.bad_cron", expr, "a time zone inside the expression; set time_zone instead")
	case strings.HasPrefix(expr, "@every"):
		return c, errs.New("schedule.bad_cron", expr, "@every counts from a restart; write minutes and hours, such as */30 * * * *")
	}
	c.schedule, err = cron.ParseStandard(expr)
	if err != nil {
		return c, errs.New("schedule.bad_cron", expr, cronProblem(err))
	}
	return c, nil
}

// cronProblem is the parser's reason without Go's.
func cronProblem(err error) string {
	reason, _, _ := strings.Cut(err.Error(), ": strconv.")
	if word, ok := strings.CutPrefix(reason, "failed to parse int from "); ok {
		return word + " is neither a number nor a name"
	}
	return reason
}

// Next is the first due time after t whose wall clock in loc matches; false
// when there is none in five years. A wall clock that the clock change skips
// runs at the first instant after the gap, one that comes twice runs at its
// first occurrence only (ISC cron's rule), so a daily campaign runs exactly
// once on every local day.
func (c Cron) Next(t time.Time, loc *time.Location) (time.Time, bool) {
	wall := toWall(t.In(loc))
	for {
		// Floating time: without a zone there is no gap to fall into.
		wall = c.schedule.Next(wall)
		if wall.IsZero() {
			return time.Time{}, false
		}
		// Not after t: inside a repeated hour, or a second match in one gap.
		if due := FromWall(wall, loc); due.After(t) {
			return due, true
		}
	}
}

// toWall is t's wall clock as if it were UTC.
func toWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// FromWall is the instant at which clocks in loc show wall (given as UTC): the
// first one when they show it twice, the end of the gap when they skip it.
// time.Date leaves both open.
func FromWall(wall time.Time, loc *time.Location) time.Time {
	const day = 24 * time.Hour
	var early time.Time
	for _, near := range []time.Time{wall.Add(-day), wall.Add(day)} {
		_, offset := near.In(loc).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if toWall(t).Equal(wall) {
			return t
		}
		if early.IsZero() {
			early = t // by the offset before the change: just behind the gap
		}
	}
	start, _ := early.ZoneBounds()
	return start
}
