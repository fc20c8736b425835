package main

import (
	"regexp"
	"strings"
)

// formatsRepr matches a format that asks for repr, which Jinja lets pass for
// what is undefined.
var formatsRepr = regexp.MustCompile(`%[-0+ #]*[0-9]*(\.[0-9]+)?r|!r`)

// filtered matches a loop with an if.
var filtered = regexp.MustCompile(`for [a-z, ]+ in [^%]* if `)

// explain says why two outcomes may differ: "same" when they do not, the
// heading in docs/templating-deviations.md when that is a rule, "" when there
// is no explanation.
func explain(source string, ours, theirs outcome) string {
	switch {
	case ours.OK != nil && theirs.OK != nil && *ours.OK == *theirs.OK:
		return "same"
	case ours.Missing != nil && theirs.Missing != nil, ours.Skip != nil && theirs.Skip != nil && *ours.Skip == *theirs.Skip:
		return "same"
	case ours.Error != "" && theirs.Error != "":
		return "same"
	case ours.Error == "template.type" && theirs.Missing != nil && strings.Contains(*theirs.Missing, "has no attribute"):
		return "a method that a type does not have is an error"
	case ours.Missing != nil && theirs.Error != "" && strings.Contains(theirs.Msg, "PrintUndefined"):
		return "what is missing is missing in every operation"
	case ours.Missing != nil && theirs.OK != nil && strings.Contains(*theirs.OK, "Undefined"):
		return "what is missing is missing in every operation"
	case ours.atSave && theirs.OK == nil:
		return "a constant that cannot be computed is an error at save"
	case ours.Missing != nil && formatsRepr.MatchString(source):
		return "what is missing is missing in every operation"
	case strings.Contains(ours.Msg, "is not subscriptable"):
		return "constants are sliced as other values are"
	case bounds[ours.Error]:
		return "bounds"
	case ours.Skip != nil && theirs.Skip != nil && strings.HasPrefix(*theirs.Skip, strings.TrimSuffix(*ours.Skip, "…")):
		return "a reason is shortened"
	case strings.Contains(source, "tojson") && strings.Contains(theirs.Msg, "'<' not supported between instances of"):
		return "|tojson sorts keys as text"
	case strings.Contains(ours.Msg, "Replacement index"):
		return "a field of str.format without a value is an error"
	case strings.Contains(ours.Msg, "a negative number cannot be raised"):
		return "there are no complex numbers"
	case strings.Contains(source, "default") && theirs.OK != nil && strings.Contains(*theirs.OK, "None"):
		return "default replaces null"
	case filtered.MatchString(source) && ours.OK == nil && theirs.OK == nil:
		return "the if of a loop is evaluated before its first turn"
	}
	return ""
}

// bounds are the errors of what Jinja does without limit.
var bounds = map[string]bool{"template.too_many_steps": true, "template.list_too_long": true, "template.string_too_long": true,
	"template.range_too_long": true, "template.number_too_large": true, "template.too_deep": true, "template.output_too_large": true}
