package campaign

import (
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/templating"
)

// CheckContent compiles the body and reports every mistake of the template
// with its line and column: what the language refuses (template.…), or else
// what it needs of the campaign and the content does not have
// (campaign.no_attribute), or else what LINE would refuse whoever gets the
// message (message.refused).
//
// What depends on the recipient is not reported: the body is rendered for some
// made-up users, and only what is wrong for each of them counts.
func (d Definition) CheckContent() error {
	t, err := d.sampled()
	if err != nil {
		return err
	}
	if needed, _ := d.Content.Lacks(t); len(needed) > 0 {
		return errs.Several("template.invalid", needed)
	}
	samples := sampleUsers(t)
	for i := range samples {
		samples[i].Campaign = d.Content.Attributes.Values()
	}
	return errs.Several("message.several", refusals(t, samples))
}

// Check is CheckContent for a body that no campaign sends yet: what it reads of
// one is made up as well.
func (b Body) Check() error {
	t, err := Definition{Content: Content{Body: b}}.sampled()
	if err != nil {
		return err
	}
	var names []string
	for _, r := range t.CampaignAttributes() {
		names = append(names, r.Name)
	}
	samples := sampleUsers(t)
	for i := range samples {
		samples[i].Campaign = sampleAttributes(names, sampleValues[i])
	}
	return errs.Several("message.several", refusals(t, samples))
}

// sampled is the template as made-up users get it.
func (d Definition) sampled() (*templating.Template, error) {
	if _, err := d.Template(); err != nil {
		return nil, err
	}
	// What is printed empty would look wrong for everybody who lacks the
	// attribute, and the made-up users lack what the template does not name.
	d.Delivery.OnMissing = ""
	return d.Template()
}

// sampleValues are what the made-up users have in every attribute: things
// people keep in attributes, each short, so that no length depends on them.
var sampleValues = []any{"Aki", "https://example.com/a", "2026-12-01T09:00:00Z", "#00B900", 7, true, []any{"a", "b"}}

// sampleLineID is a made-up recipient.
const sampleLineID = "U00000000000000000000000000000000"

// fewestSamples is how many users must have been rendered before their common
// mistakes are taken for everybody's.
const fewestSamples = 2

// refusals are the errors of the check that every sample user's body has.
func refusals(t *templating.Template, samples []templating.Data) []*errs.Error {
	var common []message.Finding
	rendered, first := 0, templating.Data{}
	for i := range samples {
		body, err := t.RenderPush(nil, &samples[i])
		if err != nil {
			continue
		}
		found := message.Check(body)
		if rendered++; rendered == 1 {
			common, first = found, samples[i]
		}
		common = inBoth(common, found)
	}
	if rendered < fewestSamples {
		return nil
	}
	return placed(t, &first, common)
}

// sampleUsers are the made-up users, one for each of sampleValues.
func sampleUsers(t *templating.Template) []templating.Data {
	users := make([]templating.Data, len(sampleValues))
	for i, value := range sampleValues {
		users[i] = templating.Data{LineID: sampleLineID, UserID: "c-1001", Attributes: sampleAttributes(t.Attributes(), value),
			Now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)}
	}
	return users
}

func sampleAttributes(names []string, value any) templating.Values {
	attributes := map[string]any{}
	for _, name := range names {
		attributes[name] = value
	}
	return templating.Map(attributes)
}

// inBoth are the errors of one that are among others. The sentence tells the
// value: where it differs, the value depends on the user and may be right for
// somebody. Too long is too long for all, because the samples are short.
func inBoth(one, others []message.Finding) (common []message.Finding) {
	for _, f := range one {
		for _, o := range others {
			if f.Severity == message.Error && o.Severity == message.Error && f.Path == o.Path && f.Code == o.Code &&
				(f.Detail == o.Detail || f.Code == "too_long" || f.Code == "too_large") {
				common = append(common, f)
				break
			}
		}
	}
	return common
}

// mostRefusals are reported at once.
const mostRefusals = 20

func placed(t *templating.Template, d *templating.Data, findings []message.Finding) []*errs.Error {
	var bad []*errs.Error
	for _, f := range findings[:min(len(findings), mostRefusals)] {
		line, column := t.Locate(d, f.Path)
		bad = append(bad, errs.New("message.refused", f.Path, f.Detail).AtLine(line, column))
	}
	return bad
}
