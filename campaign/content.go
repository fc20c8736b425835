package campaign

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Content is what is sent: a body written here, or a template kept in the
// library. A draft that names no version follows the template's changes;
// publishing pins the version and puts its body here, so that nobody changes
// what is scheduled or being sent by changing the template.
type Content struct {
	Body       Body         `json:"body,omitempty"`
	Template   ref.Template `json:"template,omitempty"`
	Version    int          `json:"version,omitempty"`    // of the template; 0: the newest
	Attributes Attributes   `json:"attributes,omitempty"` // what either reads as CampaignAttribute
}

// Follows reports whether the body is still the template's to say.
func (c Content) Follows() bool { return c.Template != 0 && c.Body == "" }

// unpinned is the content as an author would write it: of a kept template its
// name, and not the body that publishing put beside it.
func (c Content) unpinned() Content {
	if c.Template != 0 {
		c.Body = ""
	}
	return c
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

// contentProblems are the rules that the content breaks.
func (d Definition) contentProblems() (bad []*errs.Error) {
	c := d.Content
	for _, e := range c.Attributes.Problems() {
		bad = append(bad, e.At("/content/attributes"))
	}
	switch {
	case c.Template != 0 && c.Body != "":
		return append(bad, errs.New("campaign.two_contents").At("/content"))
	case c.Template == 0 && c.Version != 0:
		return append(bad, errs.New("request.required", "content.template").At("/content/template"))
	case c.Version < 0:
		return append(bad, errs.New("campaign.negative", c.Version).At("/content/version"))
	case c.Template != 0:
		return bad
	case strings.TrimSpace(string(c.Body)) == "":
		return append(bad, errs.New("request.required", "content.body").At("/content/body"))
	}
	return append(bad, errs.Under("/content/body", d.CheckContent())...)
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
