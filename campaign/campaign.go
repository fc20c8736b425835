package campaign

import (
	"time"

	"github.com/linecast/linecast/ref"
)

// Kind says what makes a campaign send.
type Kind string

// The kinds. Triggered and api campaigns have no schedule of their own.
const (
	OneTime   Kind = "one_time"  // once, now or at a time
	Recurring Kind = "recurring" // by cron
	Triggered Kind = "triggered" // by an event of the user
	API       Kind = "api"       // by a call that names the users
)

// Campaign is a stored campaign.
type Campaign struct {
	ID         ref.Campaign `json:"id"`
	Name       string       `json:"name"`
	Channel    ref.Channel  `json:"channel"`
	Kind       Kind         `json:"kind"`
	Status     Status       `json:"status"`
	PausedFrom Status       `json:"-"` // what resume goes back to
	Definition
	Version   int        `json:"version"`              // rises with each edit; the ETag
	TestedAt  *time.Time `json:"tested_at"`            // last test send of this version's content
	NextDueAt *time.Time `json:"next_due_at"`          // when the next run starts; null when none will
	Missed    int        `json:"missed"`               // due times that passed beyond the grace, unsent
	CreatedBy string     `json:"created_by,omitempty"` // the API key's name
	UpdatedBy string     `json:"updated_by,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// Draft is what a person writes to create or replace a campaign.
type Draft struct {
	Name    string      `json:"name"`
	Channel ref.Channel `json:"channel"`
	Kind    Kind        `json:"kind"`
	Definition
}

// AsDraft is the campaign as its author wrote it.
func (c Campaign) AsDraft() Draft {
	return Draft{Name: c.Name, Channel: c.Channel, Kind: c.Kind, Definition: c.Definition}
}

// Rescheduled is the campaign's draft with another schedule, and of the kind
// that the schedule makes it.
func (c Campaign) Rescheduled(s Schedule) Draft {
	d := c.AsDraft()
	d.Schedule, d.Kind = s, OneTime
	if s.Cron != "" {
		d.Kind = Recurring
	}
	return d
}

// Copy is a draft with the same content and a name that says so.
func (c Campaign) Copy() Draft {
	const suffix = " (copy)"
	d := c.AsDraft()
	d.Content = d.Content.unpinned()
	name := []rune(d.Name)
	d.Name = string(name[:min(len(name), maxName-len(suffix))]) + suffix
	return d
}
