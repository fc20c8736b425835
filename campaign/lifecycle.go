package campaign

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Status is where a campaign stands.
type Status string

// The statuses of a campaign.
const (
	StatusDraft     Status = "draft"     // may be edited; nothing is due
	InReview        Status = "in_review" // waits for a second person
	Scheduled       Status = "scheduled" // a run will start at NextDueAt
	Running         Status = "running"   // a run is open
	Paused          Status = "paused"    // by a person or by the engine; resume goes back
	Finished        Status = "finished"
	StatusCancelled Status = "cancelled"
	Archived        Status = "archived" // hidden from lists
)

// Statuses lists all of them, in the order of a campaign's life.
func Statuses() []Status {
	return []Status{StatusDraft, InReview, Scheduled, Running, Paused, Finished, StatusCancelled, Archived}
}

// Open lists the statuses of campaigns that would still send something if
// nobody acted: neither drafts nor those that ended.
func Open() []Status { return []Status{InReview, Scheduled, Running, Paused} }

// Action is something a person or the engine does to a campaign.
type Action string

// The actions, each a row of the transitions table.
const (
	Edit    Action = "edit"
	Publish Action = "publish"
	Start   Action = "start" // a run begins
	Pause   Action = "pause"
	Resume  Action = "resume"
	Cancel  Action = "cancel"
	Finish  Action = "finish" // the last run ended
	Retry   Action = "retry"  // of recipients that a run left rejected
	Archive Action = "archive"
	Delete  Action = "delete"
)

// transitions says which statuses an action may leave and where it leads; an
// empty to keeps the status, or goes where the action's own code says.
var transitions = map[Action]struct {
	from []Status
	to   Status
}{
	Edit:    {[]Status{StatusDraft}, StatusDraft},
	Publish: {[]Status{StatusDraft}, Scheduled},
	Start:   {[]Status{Scheduled, Running}, Running},
	Pause:   {[]Status{Scheduled, Running}, Paused},
	Resume:  {[]Status{Paused}, ""}, // to PausedFrom
	Cancel:  {[]Status{StatusDraft, InReview, Scheduled, Running, Paused}, StatusCancelled},
	Finish:  {[]Status{Running}, ""}, // to Scheduled while another due time is set
	Retry:   {[]Status{Scheduled, Finished}, Running},
	Archive: {[]Status{StatusDraft, Finished, StatusCancelled}, Archived},
	Delete:  {[]Status{StatusDraft}, ""},
}

// From lists the statuses action may leave, for the WHERE of the UPDATE that
// does it: two people acting at once cannot both win.
func From(action Action) []Status { return slices.Clone(transitions[action].from) }

// anyOf is a list as people say it: "draft, scheduled or running".
func anyOf(list []Status) string {
	var b strings.Builder
	for i, s := range list {
		switch {
		case i > 0 && i == len(list)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}

// Next is the status after action. It is campaign.wrong_status when the
// campaign's status does not allow the action, naming those that do.
func (c Campaign) Next(action Action) (Status, error) {
	row := transitions[action]
	if !slices.Contains(row.from, c.Status) {
		return "", errs.New("campaign.wrong_status", c.ID, c.Status, action, anyOf(row.from))
	}
	switch {
	case action == Resume:
		return c.PausedFrom, nil
	case action == Finish && c.NextDueAt != nil:
		return Scheduled, nil
	case action == Finish:
		return Finished, nil
	}
	return row.to, nil
}
