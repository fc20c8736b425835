package delivery

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/templating"
)

// Composer makes a recipient's message for one run. Preview, test send,
// rehearsal and sending all compose with it, so they show the same bytes.
//
// Composing is a pure function of the campaign's version, the recipient's
// attributes and the run's clock: an attempt after a crash makes the same
// bytes, which is what LINE's retry key asks for.
type Composer struct {
	// Workspace is the time zone of dates when neither the template, nor the
	// user, nor the campaign names one; nil: UTC. It is set before use.
	Workspace *time.Location

	template *templating.Template
	campaign templating.Values // what the template reads of its campaign
	run      Run
	unit     []byte       // the member that names the run to LINE, or empty
	size     atomic.Int64 // of a body, to begin with
	links    func(*Recipient, message.Link) string
}

// NewComposer compiles the content of a definition for run. Its error is the
// template's.
func NewComposer(def campaign.Definition, run Run) (*Composer, error) {
	t, err := def.Template()
	if err != nil {
		return nil, err
	}
	c := &Composer{template: t, campaign: def.Content.Attributes.Values(), run: run}
	if def.Delivery.AggregationUnit && run.ID != 0 {
		c.unit = fmt.Appendf(nil, `,"customAggregationUnits":[%q]`, run.ID)
	}
	return c, nil
}

// Template is the compiled content.
func (c *Composer) Template() *templating.Template { return c.template }

// RewriteLinks lets f replace the links of every body before it is checked, for
// counting clicks: see message.RewriteLinks. Without it, or where f gives a
// link back, bodies stay byte for byte as they were rendered. f must give equal
// answers for equal arguments, because an attempt after a crash must make the
// same bytes. It is set before the composer is used.
func (c *Composer) RewriteLinks(f func(*Recipient, message.Link) string) { c.links = f }

// Composed is a recipient's message, or why there is none.
type Composed struct {
	Message  *Message          // nil unless it is to be sent
	Outcome  *Outcome          // set when it is not
	Body     []byte            // as rendered, also of a message that a check refused
	Findings []message.Finding // of the check
	Err      error             // the template's error, for people to see
}

// Messages is the body's messages alone, {"messages": […]}, which is all that
// LINE's validate endpoint takes; nil when there is no message.
func (c Composed) Messages() []byte {
	var body struct {
		Messages json.RawMessage `json:"messages"`
	}
	if json.Unmarshal(c.Body, &body) != nil {
		return nil
	}
	return fmt.Appendf(nil, `{"messages":%s}`, body.Messages)
}

// Halts names the attribute whose lack halts the run, because the template says
// so; ok is false for a message that is made, or that has an outcome.
func (c Composed) Halts() (attribute string, ok bool) {
	halt, ok := errors.AsType[*templating.Halt](c.Err)
	if !ok {
		return "", false
	}
	return halt.Name, true
}

// Compose renders and checks the message for r. A template that says a missing
// value halts the run yields Err templating.Halt and no Outcome.
func (c *Composer) Compose(r *Recipient, now time.Time) Composed {
	return c.compose(r, now, &checked{})
}

// checked is the last message that was checked. Many in a row are equal but for
// their recipients, and what is equal need not be checked again.
type checked struct {
	shared   []byte
	hash     int64
	findings []message.Finding
}

// check is message.Check of a body; findings name places by their offset, which
// is the same in equal bodies because line_ids are of one length.
func (c *checked) check(body, shared []byte) []message.Finding {
	if c.shared == nil || !bytes.Equal(c.shared, shared) {
		c.shared, c.hash, c.findings = shared, hash(shared), message.Check(body)
	}
	return c.findings
}

func (c *Composer) compose(r *Recipient, now time.Time, last *checked) Composed {
	if reason := unreachable(r); reason != "" {
		return Composed{Outcome: outcome(r, Skipped, reason, "", now)}
	}
	body, shared, err := c.body(r)
	if err != nil {
		return composeFailed(r, err, now)
	}
	if c.links != nil {
		body = message.RewriteLinks(body, func(l message.Link) string { return c.links(r, l) })
	}
	m := &Message{Recipient: r, Body: body, shared: shared}
	findings := last.check(body, m.Shared())
	for _, f := range findings {
		if f.Severity == message.Error {
			return Composed{Body: body, Findings: findings, Outcome: outcome(r, Rejected, "bad_message", f.Path+": "+f.Detail, now)}
		}
	}
	m.Hash = last.hash
	return Composed{Body: body, Findings: findings, Message: m}
}

// body renders r's push request, "to" first; shared is where the rest begins.
func (c *Composer) body(r *Recipient) (body []byte, shared int, err error) {
	data := c.data(r)
	body = templating.AppendPush(make([]byte, 0, c.size.Load()), r.LineID, nil)
	body[len(body)-1] = ','
	shared = len(body)
	if body, err = c.template.RenderShared(body, &data); err != nil {
		return nil, 0, err
	}
	if len(body) == shared { // no members but "to"
		shared--
		body = body[:shared]
	}
	if len(c.unit) > 0 && !bytes.Contains(body, ownUnit) {
		body = append(body, c.unit...)
	}
	body = append(body, '}')
	// The next body will be about as long: growing it step by step would copy
	// it several times.
	c.size.Store(int64(len(body) + len(body)/8))
	return body, shared, nil
}

// ownUnit stands in a body whose template names a unit itself: that one counts.
var ownUnit = []byte(`"customAggregationUnits"`)

// hash is the first 8 bytes of SHA-256.
func hash(b []byte) int64 {
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// data is what the template sees of r.
func (c *Composer) data(r *Recipient) templating.Data {
	return templating.Data{
		LineID: r.LineID, UserID: r.UserID,
		Attributes: templating.JSON(r.Attributes), Campaign: c.campaign, Now: c.run.Clock, Workspace: c.Workspace,
	}
}

// composeFailed turns a render error into what it means for the recipient.
func composeFailed(r *Recipient, err error, now time.Time) Composed {
	var skip *templating.Skip
	var halt *templating.Halt
	var reject *templating.Reject
	switch {
	case errors.As(err, &halt):
		return Composed{Err: err}
	case errors.As(err, &skip):
		return Composed{Err: err, Outcome: outcome(r, Skipped, skip.Reason, skip.Name, now)}
	case errors.As(err, &reject):
		return Composed{Err: err, Outcome: outcome(r, Rejected, reject.Reason, reject.Error(), now)}
	}
	e := errs.From(err)
	return Composed{Err: err, Outcome: outcome(r, Rejected, "render_error", e.Where()+e.Detail, now)}
}

// unreachable is why r must not be sent to, seen again right before sending. A
// block is no reason to leave the answer to an earlier request unknown: asking
// again sends nothing twice, and LINE delivers nothing to who blocked.
func unreachable(r *Recipient) string {
	switch {
	case r.Erased:
		return "erased"
	case r.LineID == "":
		return "no_line_id"
	case r.Moved:
		return "line_id_changed"
	case r.Blocked && !r.Unclear:
		return "blocked"
	}
	return ""
}

// outcome is s, or Unknown for a recipient who may have been sent to before.
func outcome(r *Recipient, s State, reason, detail string, now time.Time) *Outcome {
	if r.Unclear {
		s = Unknown
	}
	return &Outcome{Recipient: r.ID, LineID: r.LineID, State: s, Reason: reason, Detail: detail, Finished: now}
}

// ComposeAll composes for every recipient, records those that get no message
// and returns the messages of the others. The error says for people why the run
// halts; recipients not yet composed stay open.
func (c *Composer) ComposeAll(recipients []*Recipient, now time.Time, record func(...Outcome)) ([]*Message, error) {
	messages := make([]*Message, 0, len(recipients))
	var last checked
	for _, r := range recipients {
		made := c.compose(r, now, &last)
		switch {
		case made.Message != nil:
			messages = append(messages, made.Message)
		case made.Outcome != nil:
			record(*made.Outcome)
		default:
			name, _ := made.Halts()
			return messages, fmt.Errorf("%s lacks %s, which the message prints, and on_missing is halt: "+
				"give them a value and resume, or cancel and give a copy a default", r.ID, name)
		}
	}
	return messages, nil
}
