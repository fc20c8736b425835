package campaign

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Definition is everything about a campaign that its author decides. A run
// pins the definition's version, so editing never changes what is being sent.
type Definition struct {
	Audience Audience `json:"audience"`
	Content  Content  `json:"content"`
	Schedule Schedule `json:"schedule"`
	Delivery Options  `json:"delivery"`
}

// Audience is who gets it: everybody the channel can reach, or a segment of
// them, less the excluded segments.
type Audience struct {
	Segment       ref.Segment   `json:"segment,omitempty"`
	Exclude       []ref.Segment `json:"exclude,omitempty"`
	MaxRecipients int64         `json:"max_recipients,omitempty"` // 0: no cap; the rest is excluded as over_limit
}

// Content is what is sent.
type Content struct {
	Body Body `json:"body"`
}

// Body is the template text of a push request. In JSON it may be written as a
// string, or as the request's own object, which is turned into text again
// (without Go's \u003c, so that << stays a placeholder).
type Body string

// UnmarshalJSON accepts a string or an object.
func (b *Body) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		*b = Body(text)
		return nil
	}
	if len(raw) == 0 || raw[0] != '{' {
		return errs.New("request.wrong_type", "a string or an object", string(raw[:min(len(raw), 20)]))
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return errs.New("request.malformed", err)
	}
	*b = Body(htmlEscape.ReplaceAllStringFunc(out.String(), unescapeHTML))
	return nil
}

// htmlEscape finds what encoders that escape for HTML (Go's among them) make
// of the signs of placeholders, and steps over an escaped backslash, behind
// which u003c is text.
var htmlEscape = regexp.MustCompile(`\\\\|\\u00(?:3[cCeE]|26)`)

// unescapeHTML writes a sign plainly. It stands inside a JSON string, where
// both spellings mean the same.
func unescapeHTML(escape string) string {
	switch strings.ToLower(escape) {
	case `\u003c`:
		return "<"
	case `\u003e`:
		return ">"
	case `\u0026`:
		return "&"
	}
	return escape
}

// Options are how it is sent.
type Options struct {
	MaxPerSecond int    `json:"max_per_second,omitempty"` // a cap below the channel's own; 0: none
	Multicast    *bool  `json:"multicast,omitempty"`      // may go by multicast where bodies are equal; default true
	OnMissing    string `json:"on_missing,omitempty"`     // skip (default), empty or halt
	GraceMinutes int    `json:"grace_minutes,omitempty"`  // how late a run may start; default 60
	WaitForQuota bool   `json:"wait_for_quota,omitempty"` // go on by itself when the month's quota is raised or begins anew
	Language     string `json:"language,omitempty"`       // for month and weekday names; default the channel's
}

// Grace is how late a run may start before it counts as missed.
func (o Options) Grace() time.Duration {
	if o.GraceMinutes == 0 {
		return time.Hour
	}
	return time.Duration(o.GraceMinutes) * time.Minute
}

// Missing is OnMissing as the template engine wants it.
func (o Options) Missing() templating.Missing { return missing[o.OnMissing] }

// missing are the values of on_missing; the empty one is the default.
var missing = map[string]templating.Missing{
	"": templating.MissingSkip, "skip": templating.MissingSkip,
	"empty": templating.MissingEmpty, "halt": templating.MissingHalt,
}

const maxName = 256 // characters, as in MoEngage

// Validate reports every rule the draft breaks, each with its JSON pointer.
// It does not ask whether the segment or channel exists: the store does.
func (d Draft) Validate() error {
	var bad []*errs.Error
	add := func(e *errs.Error, pointer string) { bad = append(bad, e.At(pointer)) }
	if n := utf8.RuneCountInString(strings.TrimSpace(d.Name)); n == 0 {
		add(errs.New("request.required", "name"), "/name")
	} else if n > maxName {
		add(errs.New("campaign.long_name", n, maxName), "/name")
	}
	if d.Channel == 0 {
		add(errs.New("request.required", "channel"), "/channel")
	}
	if strings.TrimSpace(string(d.Content.Body)) == "" {
		add(errs.New("request.required", "content.body"), "/content/body")
	} else if _, err := d.Template(); err != nil {
		bad = append(bad, each(err, "/content/body")...)
	}
	bad = append(bad, d.Delivery.problems()...)
	bad = append(bad, d.Schedule.problems(d.Kind)...)
	bad = append(bad, d.Audience.problems()...)
	return errs.Several("request.invalid", bad)
}

// each is the failures that err joins, all at pointer.
func each(err error, pointer string) []*errs.Error {
	e := errs.From(err)
	if len(e.Fields) == 0 {
		return []*errs.Error{e.At(pointer)}
	}
	list := make([]*errs.Error, len(e.Fields))
	for i, f := range e.Fields {
		list[i] = f.At(pointer)
	}
	return list
}

// Template compiles the content's body with the definition's options.
func (d Definition) Template() (*templating.Template, error) {
	loc, err := d.Schedule.Location()
	if err != nil {
		loc = nil // reported at /schedule/time_zone, once
	}
	language := d.Delivery.Language
	if templating.CheckLanguage(language) != nil {
		language = "" // reported at /delivery/language, once
	}
	return templating.Compile(string(d.Content.Body), templating.Options{
		OnMissing: d.Delivery.Missing(), TimeZone: loc, Language: language,
	})
}

// MayMulticast reports whether equal messages may share a multicast call.
func (d Definition) MayMulticast() bool {
	return d.Delivery.Multicast == nil || *d.Delivery.Multicast
}

func (o Options) problems() []*errs.Error {
	var bad []*errs.Error
	if _, ok := missing[o.OnMissing]; !ok {
		bad = append(bad, errs.New("request.bad_value", "on_missing", strconv.Quote(o.OnMissing)+" is not skip, empty or halt").At("/delivery/on_missing"))
	}
	if o.MaxPerSecond < 0 {
		bad = append(bad, errs.New("campaign.negative", o.MaxPerSecond).At("/delivery/max_per_second"))
	}
	if o.GraceMinutes < 0 {
		bad = append(bad, errs.New("campaign.negative", o.GraceMinutes).At("/delivery/grace_minutes"))
	}
	if err := templating.CheckLanguage(o.Language); err != nil {
		bad = append(bad, errs.From(err).At("/delivery/language"))
	}
	return bad
}

func (a Audience) problems() []*errs.Error {
	var bad []*errs.Error
	if a.MaxRecipients < 0 {
		bad = append(bad, errs.New("campaign.negative", a.MaxRecipients).At("/audience/max_recipients"))
	}
	if a.Segment != 0 && slices.Contains(a.Exclude, a.Segment) {
		bad = append(bad, errs.New("campaign.excludes_itself", a.Segment).At("/audience/exclude"))
	}
	return bad
}
