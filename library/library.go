// Package library owns the templates that people keep to use again: their
// names, their versions, what changed between two of them, and who uses one.
//
// A version never changes: a change makes the next one. So what a campaign
// pinned when it was published stays as it was, whatever becomes of the
// template.
//
// It refuses to know how a body is rendered, which is package templating's,
// and where templates are stored, which is package postgres's.
package library

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Template is a kept template in its newest version.
type Template struct {
	ID        ref.Template  `json:"id"`
	Name      string        `json:"name"`
	Body      campaign.Body `json:"body"`
	Version   int           `json:"version"` // rises with each change; the ETag
	CreatedBy string        `json:"created_by,omitempty"`
	UpdatedBy string        `json:"updated_by,omitempty"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
}

// Version is a template as it was at one time.
type Version struct {
	Version   int           `json:"version"`
	Name      string        `json:"name"`
	Body      campaign.Body `json:"body"`
	CreatedBy string        `json:"created_by,omitempty"`
	CreatedAt time.Time     `json:"created_at"`
}

// Check says what is the matter with the version as a message: what would be
// refused, and what is allowed and was probably not meant. Checks are added as
// time goes by, so a version that was kept may be one that would not be today.
// Which attributes users have, and so which are misspelt, the preflight of a
// campaign knows.
func (v Version) Check() (refused []*errs.Error, doubts []templating.Lint) {
	d := campaign.Definition{Content: campaign.Content{Body: v.Body}}
	refused = errs.Under("", v.Body.Check())
	if t, err := d.Template(); err == nil { // or it is among those refused
		doubts = slices.DeleteFunc(t.Lints(), func(l templating.Lint) bool { return l.Code == "attribute_name" })
	}
	return refused, doubts
}

// Summary is a kept template in a list: without its body, and with how much it
// is used.
type Summary struct {
	ID        ref.Template
	Name      string
	Version   int // the newest
	UpdatedBy string
	UpdatedAt time.Time
	Campaigns int64 // that name it, in any version and status
}

// Use is a campaign that names a template.
type Use struct {
	Campaign ref.Campaign    `json:"campaign"`
	Name     string          `json:"name"`
	Status   campaign.Status `json:"status"`
	Version  int             `json:"version"` // that it pins; 0: a draft that follows the newest
}

// Draft is what a person writes to make or change a template.
type Draft struct {
	Name string        `json:"name"`
	Body campaign.Body `json:"body"`
}

// MaxName is the length of a template's name, in characters.
const MaxName = 200

// Validate reports every rule that the draft breaks: of its name, and of its
// body as campaign.Body.Check does, with line and column.
func (d Draft) Validate() error {
	var bad []*errs.Error
	if n := utf8.RuneCountInString(strings.TrimSpace(d.Name)); n == 0 {
		bad = append(bad, errs.New("request.required", "name").At("/name"))
	} else if n > MaxName {
		bad = append(bad, errs.New("template.long_name", n, MaxName).At("/name"))
	}
	if strings.TrimSpace(string(d.Body)) == "" {
		bad = append(bad, errs.New("request.required", "body").At("/body"))
	} else {
		bad = append(bad, errs.Under("/body", d.Body.Check())...)
	}
	return errs.Several("request.invalid", bad)
}
