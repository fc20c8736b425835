package message

import "slices"

// actions are what a tap does (LINE reference, "Action objects"), without the
// label, whose rule depends on the place.
var actions = []object{
	{name: "postback", title: "postback action", anchor: "postback-action", fields: []field{
		{name: "data", kind: str, need: required, max: 300, emptyOK: true},
		{name: "displayText", kind: str, max: 300, unit: graphemeUnits},
		{name: "text", kind: str, max: 300, unit: graphemeUnits, deprecated: "displayText"},
		{name: "inputOption", kind: str, enum: []string{"closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"}},
		{name: "fillInText", kind: str, max: 300, unit: graphemeUnits},
	}, rules: []rule{displayTextOrText, fillInNeedsKeyboard}},
	{name: "message", title: "message action", anchor: "message-action", fields: []field{
		{name: "text", kind: str, need: required, max: 300, unit: graphemeUnits},
	}},
	{name: "uri", title: "uri action", anchor: "uri-action", fields: []field{
		{name: "uri", kind: str, need: required, max: 1000, format: linkFormat},
		{name: "altUri", kind: obj, of: "altUri"},
	}},
	{name: "datetimepicker", title: "datetimepicker action", anchor: "datetime-picker-action", fields: []field{
		{name: "data", kind: str, need: required, max: 300, emptyOK: true},
		{name: "mode", kind: str, need: required, enum: []string{"date", "time", "datetime"}},
		{name: "initial", kind: str, note: "in the form of mode"},
		{name: "max", kind: str, note: "in the form of mode"},
		{name: "min", kind: str, note: "in the form of mode"},
	}, rules: []rule{timesInOrder}},
	{name: "clipboard", title: "clipboard action", anchor: "clipboard-action", fields: []field{
		{name: "clipboardText", kind: str, need: required, max: 1000},
	}},
	{name: "camera", title: "camera action", anchor: "camera-action"},
	{name: "cameraRoll", title: "cameraRoll action", anchor: "camera-roll-action"},
	{name: "location", title: "location action", anchor: "location-action"},
}

// place is where an action stands: which types LINE takes there and how long
// the label may be (LINE reference, "Specifications of the label").
type place struct {
	name    string // "action in a quick reply", a union's name
	where   string
	types   []string
	label   need
	maxText int // graphemes
	rules   map[string][]rule
}

var (
	tapTypes   = []string{"postback", "message", "uri", "datetimepicker", "clipboard"}
	quickTypes = append(slices.Clone(tapTypes), "camera", "cameraRoll", "location")
)

var places = []place{
	{name: "action in a quick reply", where: "a quick reply", types: quickTypes, label: required, maxText: 20,
		rules: map[string][]rule{"uri": {altUriIgnored}}},
	{name: "action in a template", where: "a template", types: tapTypes, label: required, maxText: 20},
	{name: "action of a template's picture", where: "the defaultAction of a template", types: tapTypes, label: expected, maxText: 20},
	{name: "action in an image carousel", where: "an image carousel", types: tapTypes, label: optional, maxText: 12},
	{name: "action of a flex button", where: "a flex button", types: tapTypes, label: required, maxText: 40},
	{name: "action in a flex message", where: "a flex message", types: tapTypes, label: optional, maxText: 40},
	{name: "action of a flex video", where: "a flex video", types: []string{"uri"}, label: optional, maxText: 40},
}

// actionRows gives every place a row for each action it takes.
func actionRows() tables {
	t := tables{objects: []object{
		{name: "altUri", title: "altUri", anchor: "uri-action", fields: []field{
			{name: "desktop", kind: str, max: 1000, format: linkFormat},
		}},
	}}
	for _, p := range places {
		u := union{name: p.name, title: "an action of " + p.where}
		for _, a := range actions {
			if !slices.Contains(p.types, a.name) {
				u.cases = append(u.cases, choice{value: a.name, refused: p.where + " does not take it"})
				continue
			}
			row := a
			row.name = p.name + ": " + a.name
			row.fields = append([]field{{name: "label", kind: str, need: p.label, max: p.maxText, unit: graphemeUnits}}, a.fields...)
			row.rules = slices.Concat(a.rules, p.rules[a.name])
			t.objects = append(t.objects, row)
			u.cases = append(u.cases, choice{value: a.name, of: row.name})
		}
		u.cases = append(u.cases, choice{value: "richmenuswitch", refused: "only a rich menu takes it"})
		t.unions = append(t.unions, u)
	}
	return t
}
