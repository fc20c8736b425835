package campaign

import (
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

// Options are how it is sent.
type Options struct {
	MaxPerSecond int    `json:"max_per_second,omitempty"` // a cap below the channel's own; 0: none
	Multicast    *bool  `json:"multicast,omitempty"`      // may go by multicast where bodies are equal; default true
	OnMissing    string `json:"on_missing,omitempty"`     // skip (default), empty or halt
	// MaxMissingPercent is how many of a run's first recipients may lack what the
	// message prints before the run stops for a person; 0: 20, 100: any number.
	MaxMissingPercent int  `json:"max_missing_percent,omitempty"`
	GraceMinutes      int  `json:"grace_minutes,omitempty"`  // how late a run may start; default 60
	WaitForQuota      bool `json:"wait_for_quota,omitempty"` // go on by itself when the month's quota is raised or begins anew
	// AggregationUnit names each run to LINE, run_12, whose console and insight
	// API then tell who opened and clicked. LINE keeps 1,000 names a month.
	AggregationUnit bool   `json:"aggregation_unit,omitempty"`
	Language        string `json:"language,omitempty"` // for month and weekday names; default the channel's
}

// Grace is how late a run may start before it counts as missed.
func (o Options) Grace() time.Duration {
	if o.GraceMinutes == 0 {
		return time.Hour
	}
	return time.Duration(o.GraceMinutes) * time.Minute
}

// MissingPercent is how many of a run's first recipients may lack what the
// message prints, of a hundred.
func (o Options) MissingPercent() int {
	if o.MaxMissingPercent == 0 {
		return 20
	}
	return o.MaxMissingPercent
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
// It does not ask whether the segment, channel or kept template exists: the
// store does.
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
	bad = append(bad, d.contentProblems()...)
	for _, e := range d.Delivery.Problems() {
		bad = append(bad, e.At("/delivery"))
	}
	bad = append(bad, d.Schedule.problems(d.Kind)...)
	bad = append(bad, d.Audience.problems()...)
	return errs.Several("request.invalid", bad)
}

// MayMulticast reports whether equal messages may share a multicast call.
func (d Definition) MayMulticast() bool {
	return d.Delivery.Multicast == nil || *d.Delivery.Multicast
}

// Problems are the rules that the options break, each with its pointer.
func (o Options) Problems() []*errs.Error {
	var bad []*errs.Error
	if _, ok := missing[o.OnMissing]; !ok {
		bad = append(bad, errs.New("request.bad_value", "on_missing", strconv.Quote(o.OnMissing)+" is not skip, empty or halt").At("/on_missing"))
	}
	if o.MaxPerSecond < 0 {
		bad = append(bad, errs.New("campaign.negative", o.MaxPerSecond).At("/max_per_second"))
	}
	if o.MaxMissingPercent < 0 || o.MaxMissingPercent > 100 {
		bad = append(bad, errs.New("request.bad_value", "max_missing_percent", strconv.Itoa(o.MaxMissingPercent)+" is not between 0 and 100").At("/max_missing_percent"))
	}
	if o.GraceMinutes < 0 {
		bad = append(bad, errs.New("campaign.negative", o.GraceMinutes).At("/grace_minutes"))
	}
	if err := templating.CheckLanguage(o.Language); err != nil {
		bad = append(bad, errs.From(err).At("/language"))
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
