package campaign_test

import (
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestFirst(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		schedule campaign.Schedule
		want     string // or an error code
	}{
		{"now", campaign.Schedule{Now: true}, "2026-11-22T12:00:00Z"},
		{"wall clock in its zone", campaign.Schedule{At: "2026-12-01T09:00:00", TimeZone: "Asia/Bangkok"}, "2026-12-01T02:00:00Z"},
		{"wall clock in the workspace's zone", campaign.Schedule{At: "2026-12-01T09:00"}, "2026-12-01T00:00:00Z"},
		{"offset of its own", campaign.Schedule{At: "2026-12-01T09:00:00+07:00", TimeZone: "Asia/Tokyo"}, "2026-12-01T02:00:00Z"},
		{"cron", campaign.Schedule{Cron: "0 9 * * MON", TimeZone: "Asia/Tokyo"}, "2026-11-23T00:00:00Z"},
		{"passed", campaign.Schedule{At: "2026-11-22T11:59:59Z"}, "schedule.past"},
		{"no such zone", campaign.Schedule{Now: true, TimeZone: "Asia/Bangcock"}, "schedule.time_zone"},
		{"Local is not a zone", campaign.Schedule{Now: true, TimeZone: "Local"}, "schedule.time_zone"},
		{"never", campaign.Schedule{Cron: "0 9 31 2 *"}, "schedule.never"},
		{"ended before it began", campaign.Schedule{Cron: "0 9 * * *", Until: "2026-11-22T21:00:00"}, "schedule.never"},
		{"not a time", campaign.Schedule{At: "tomorrow"}, "schedule.bad_time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.schedule.First(noon, zone(t, "Asia/Tokyo"))
			if err != nil {
				if !errs.Is(err, tt.want) {
					t.Fatalf("got %v, want %s", err, tt.want)
				}
				return
			}
			if got.UTC().Format(time.RFC3339) != tt.want {
				t.Errorf("got %s, want %s", got.UTC().Format(time.RFC3339), tt.want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	daily := campaign.Schedule{Cron: "0 9 * * *", TimeZone: "Asia/Tokyo", Until: "2026-11-24T09:00:00"}
	var got []string
	for due, ok := daily.After(noon, nil); ok; due, ok = daily.After(due, nil) {
		got = append(got, due.UTC().Format("02 15:04"))
	}
	if len(got) != 2 || got[0] != "23 00:00" || got[1] != "24 00:00" {
		t.Errorf("until is the last due time: got %v", got)
	}
	if due, ok := (campaign.Schedule{Now: true}).After(noon, nil); ok {
		t.Errorf("a one-time campaign came due again at %s", due)
	}
}

func TestScheduleProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		kind     campaign.Kind
		schedule campaign.Schedule
		want     string // pointer and code of the only problem
	}{
		{"now", campaign.OneTime, campaign.Schedule{Now: true}, ""},
		{"neither", campaign.OneTime, campaign.Schedule{}, "/schedule schedule.one_time"},
		{"both", campaign.OneTime, campaign.Schedule{Now: true, At: "2026-12-01T09:00:00"}, "/schedule schedule.one_time"},
		{"cron once", campaign.OneTime, campaign.Schedule{Now: true, Cron: "0 9 * * *"}, "/schedule schedule.one_time"},
		{"bad at", campaign.OneTime, campaign.Schedule{At: "9 o'clock"}, "/schedule/at schedule.bad_time"},
		{"bad zone", campaign.OneTime, campaign.Schedule{Now: true, TimeZone: "Mars/Base"}, "/schedule/time_zone schedule.time_zone"},
		{"recurring", campaign.Recurring, campaign.Schedule{Cron: "0 9 * * *"}, ""},
		{"recurring without cron", campaign.Recurring, campaign.Schedule{Now: true}, "/schedule schedule.recurring"},
		{"bad cron", campaign.Recurring, campaign.Schedule{Cron: "nine"}, "/schedule/cron schedule.bad_cron"},
		{"bad until", campaign.Recurring, campaign.Schedule{Cron: "0 9 * * *", Until: "later"}, "/schedule/until schedule.bad_time"},
		{"triggered", campaign.Triggered, campaign.Schedule{Event: "signup"}, "/kind campaign.kind"},
		{"no such kind", "weekly", campaign.Schedule{Now: true}, "/kind campaign.kind"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			d.Kind, d.Schedule = tt.kind, tt.schedule
			if got := problem(d.Validate()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
