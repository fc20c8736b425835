package delivery

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/templating"
)

// Preview is a message as one person would get it, and everything that is
// known of it before it is sent.
type Preview struct {
	Becomes string      `json:"becomes"` // sent, or why not: skipped, rejected, or halted
	Reason  string      `json:"reason,omitempty"`
	Detail  string      `json:"detail,omitempty"`
	User    string      `json:"user,omitempty"` // usr_…; "" for a made-up one
	UserID  string      `json:"user_id,omitempty"`
	LineID  string      `json:"line_id,omitempty"`
	Body    string      `json:"body,omitempty"` // the request, byte for byte
	Found   []Problem   `json:"problems"`
	Lints   []Lint      `json:"lints"`
	Missing []Attribute `json:"missing_attributes"` // that the template reads and this person lacks
}

// What a message may become. The ledger's accepted is LINE's word: before a
// message is sent nobody can say it.
const (
	Sent      = "sent"
	wouldHalt = "halted" // the template says that a missing value halts the run
)

// Problem is a finding of the check, or an error of the rendering, with its
// place in the template.
type Problem struct {
	message.Finding
	Line   int `json:"line,omitempty"` // 1-based; 0 when it is not known
	Column int `json:"column,omitempty"`
}

// Lint is something in the template that is allowed and probably not meant.
type Lint struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Attribute is a user attribute that a template reads.
type Attribute struct {
	Name     string `json:"name"`
	Required bool   `json:"required"` // who lacks it is skipped, or as on_missing says
}

// Refused reports whether LINE or our own check would refuse the message.
func (p Preview) Refused() bool { return p.Becomes == Rejected.String() }

// Preview composes for r as sending does and tells all that is known.
func (c *Composer) Preview(r *Recipient, now time.Time) Preview {
	made := c.Compose(r, now)
	p := Preview{Becomes: Sent, UserID: r.UserID, LineID: r.LineID, Body: string(made.Body), Found: c.problems(r, made),
		Lints: c.lints(), Missing: c.missing(r)}
	if r.ID != 0 {
		p.User = r.ID.String()
	}
	switch {
	case made.Outcome != nil:
		p.Becomes, p.Reason, p.Detail = made.Outcome.State.String(), made.Outcome.Reason, made.Outcome.Detail
	case made.Message == nil:
		p.Becomes, p.Reason = wouldHalt, templating.MissingAttribute
		p.Detail, _ = made.Halts()
	}
	return p
}

func (c *Composer) problems(r *Recipient, made Composed) []Problem {
	list := make([]Problem, 0, len(made.Findings))
	data := c.data(r)
	for _, f := range made.Findings {
		p := Problem{Finding: f}
		p.Line, p.Column = c.template.Locate(&data, f.Path)
		list = append(list, p)
	}
	if e, ok := errors.AsType[*errs.Error](made.Err); ok {
		list = append(list, Problem{message.Finding{Severity: message.Error, Code: e.Code, Message: -1, Detail: e.Detail}, e.Line, e.Column})
	}
	return list
}

func (c *Composer) lints() []Lint {
	list := []Lint{}
	for _, l := range c.template.Lints() {
		list = append(list, Lint{l.Code, l.Message, l.Line, l.Column})
	}
	return list
}

// Attributes are the user attributes that the template reads, less line_id,
// which every recipient has.
func (c *Composer) Attributes() []Attribute {
	list := []Attribute{}
	required := c.template.Required()
	for _, name := range c.template.Attributes() {
		if name != "line_id" {
			list = append(list, Attribute{name, slices.Contains(required, name)})
		}
	}
	return list
}

// ReadsUserID reports whether templates see a user's user_id under the name of
// an attribute: its own, and the two that MoEngage has for it.
func ReadsUserID(name string) bool { return name == "user_id" || name == "ID" || name == "uid" }

// missing are the attributes that r lacks, under each of their names.
func (c *Composer) missing(r *Recipient) []Attribute {
	var have map[string]json.RawMessage
	_ = json.Unmarshal(r.Attributes, &have) // what is no object holds nothing
	return slices.DeleteFunc(c.Attributes(), func(a Attribute) bool {
		return r.UserID != "" && ReadsUserID(a.Name) || slices.ContainsFunc(templating.Aliases(a.Name), func(name string) bool {
			value, ok := have[name]
			return ok && string(value) != "null"
		})
	})
}

// Person is whom a preview is for: a stored user by any of their names, or one
// made up.
type Person struct {
	User       string          `json:"user"` // usr_42, line:U… or user:…; "" for a made-up one
	Attributes json.RawMessage `json:"attributes"`
	LineID     string          `json:"line_id"`
	UserID     string          `json:"user_id"`
}

// SampleLineID is the recipient of a preview for nobody in particular.
const SampleLineID = "U00000000000000000000000000000000"

// MadeUp is the recipient that a Person without User is.
func (p Person) MadeUp() (Recipient, error) {
	r := Recipient{UserID: p.UserID, LineID: p.LineID, Attributes: p.Attributes}
	if r.LineID == "" {
		r.LineID = SampleLineID
	}
	if len(r.Attributes) == 0 {
		r.Attributes = json.RawMessage("{}")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(r.Attributes, &object); err != nil || object == nil {
		return r, errs.New("request.wrong_type", "an object", "another value").At("/attributes")
	}
	return r, nil
}
