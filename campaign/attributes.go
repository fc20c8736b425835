package campaign

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/internal/strictjson"
	"github.com/linecast/linecast/templating"
)

// Attributes are what the campaign's author gives the template to read, as
// CampaignAttribute['name']: a JSON object, kept as text so that each attempt
// prints a number as it was written. They are part of the content, so a run
// pins them too, and a template of the library can be sent with others. ""
// is none.
type Attributes string

// The limits of attributes. They are kept once for each version of a campaign,
// and searched for each recipient.
const (
	maxAttributes    = 50
	maxAttributeName = 100     // characters
	maxAttributeSize = 8 << 10 // bytes of JSON, all together
)

// UnmarshalJSON accepts an object.
func (a *Attributes) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '{' {
		return errs.New("request.wrong_type", "an object", string([]rune(string(raw))[:min(utf8.RuneCount(raw), 20)]))
	}
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		return errs.New("request.malformed", err)
	}
	*a = Attributes(out.String())
	return nil
}

// MarshalJSON writes the object, {} when there is none.
func (a Attributes) MarshalJSON() ([]byte, error) {
	if a == "" {
		return []byte("{}"), nil
	}
	return []byte(a), nil
}

// Values are the attributes as a rendering reads them.
func (a Attributes) Values() templating.Values { return templating.JSON([]byte(a)) }

// Problems are the rules that the attributes break, each with its pointer.
func (a Attributes) Problems() []*errs.Error {
	switch {
	case a == "":
		return nil
	case len(a) > maxAttributeSize:
		return []*errs.Error{errs.New("campaign.attributes_too_large", len(a), maxAttributeSize)}
	}
	var values map[string]any
	if err := strictjson.Decode([]byte(a), &values); err != nil {
		return errs.Under("", err)
	}
	if len(values) > maxAttributes {
		return []*errs.Error{errs.New("campaign.too_many_attributes", len(values), maxAttributes)}
	}
	var bad []*errs.Error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if n := utf8.RuneCountInString(name); n == 0 || n > maxAttributeName {
			bad = append(bad, errs.New("campaign.attribute_name", n, maxAttributeName).At("/"+pointerEscaper.Replace(name)))
		}
	}
	return bad
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// names are those of the attributes that a placeholder can print: a null is
// missing, as a user's is.
func (a Attributes) names() []string {
	var values map[string]json.RawMessage
	_ = json.Unmarshal([]byte(a), &values) // what is no object holds nothing
	maps.DeleteFunc(values, func(_ string, v json.RawMessage) bool { return string(v) == "null" })
	return slices.Sorted(maps.Keys(values))
}

// Lacks lists the attributes that t reads and the content does not have, each
// with its place in the template. Of needed ones every rendering needs one:
// nobody would get the message, or everybody the same gap in it, and no user
// can make up for that. Doubted ones t can do without, but the content has one
// of almost that name: a default would be printed in place of what was meant.
func (c Content) Lacks(t *templating.Template) (needed, doubted []*errs.Error) {
	names := c.Attributes.names()
	for _, r := range t.CampaignAttributes() {
		hint := nearest.Hint(r.Name, names)
		e := errs.New("campaign.no_attribute", r.Name, hint).AtLine(r.Line, r.Column)
		switch {
		case slices.Contains(names, r.Name):
		case r.Required:
			needed = append(needed, e)
		case hint != "":
			doubted = append(doubted, e)
		}
	}
	return needed, doubted
}
