package message

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestReference keeps docs/messages.md what the tables say; -update writes it.
func TestReference(t *testing.T) {
	t.Parallel()
	golden(t, "../../docs/messages.md", reference())
}

// TestReferenceComplete: every object that a body can hold has its section.
func TestReferenceComplete(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{"carousel bubble": true, "baseline box": true} // told within bubble and box
	for _, s := range sections {
		for _, name := range s.objects {
			listed[name] = true
		}
	}
	for _, w := range waysToObjects() {
		name := w.object.name
		if !listed[name] && !strings.HasPrefix(name, "action ") {
			t.Errorf("%s is in no section of the reference", name)
		}
	}
}

const intro = `<!-- Written by go test ./line/message -update from the rule tables of that package. Do not edit. -->
# What linecast checks in a message

LINE refuses a whole request when one message in it breaks a rule, so linecast checks every body before it is sent: when you
save a template, when you send a test, and once for every recipient after the placeholders are filled in.

An **error** is something LINE's documents say is refused; a recipient whose message has one is not sent to. A **warning** is
something LINE accepts but does not show, or something LINE's documents leave open; it never stops a message. Types and fields
that are not listed here are warnings, because LINE adds some now and then.

How lengths are counted:

- *units* are UTF-16 code units: most letters are 1, an emoji such as 🍎 is 2, a family such as 👨‍👩‍👧 is 8.
- *characters* are what you see as one: each of those is 1.
- KB are 1,024 bytes of JSON, without the white space between its parts.

What nobody can tell from the body, and linecast therefore does not check: whether a picture exists, its format and its size;
whether a sticker, an emoji or a coupon can be sent; how long LINE counts the hidden text of a LINE emoji.

A limit marked *ours* is not in LINE's documents; beyond it there is a warning.

Source: [LINE's reference](https://developers.line.biz/en/reference/messaging-api/#message-objects), August 2026.
`

// sections are the chapters of the reference and their objects, by name.
var sections = []struct {
	title   string
	objects []string
}{
	{"The request", []string{"request", "quick reply", "quick reply button", "sender"}},
	{"Messages", []string{"text message", "emoji", "textV2 message", "mention", "user mentionee", "all mentionee", "substituted emoji",
		"sticker message", "image message", "video message", "audio message", "location message", "coupon message"}},
	{"Imagemaps", []string{"imagemap message", "imagemap size", "imagemap video", "imagemap link", "imagemap area", "imagemap uri action",
		"imagemap message action", "imagemap clipboard action"}},
	{"Templates", []string{"template message", "buttons template", "confirm template", "carousel template", "carousel column",
		"image carousel template", "image carousel column"}},
	{"Flex Messages", []string{"flex message", "flex carousel", "bubble", "bubble styles", "block style", "box", "linear gradient", "flex button",
		"flex image", "flex video", "flex icon", "flex text", "flex span", "flex separator", "flex filler"}},
	{"Actions", []string{"altUri"}},
}

func reference() string {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## %s\n", s.title)
		if s.title == "Actions" {
			writeActions(&b)
		}
		for _, name := range s.objects {
			writeObject(&b, shapes[name].object)
		}
	}
	b.WriteString("\n## Codes\n\nEach finding has one of these codes.\n\n| code | meaning | what to do |\n| --- | --- | --- |\n")
	for _, c := range Codes() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Code, c.Meaning, escapeCell(c.Fix))
	}
	return b.String()
}

// writeActions lists the actions once, and the places that differ.
func writeActions(b *strings.Builder) {
	b.WriteString("\nWhich actions a place takes, and its rule for `label`:\n\n| place | label | actions |\n| --- | --- | --- |\n")
	for _, p := range places {
		label := map[need]string{required: "required", optional: "optional", expected: "required (ours)"}[p.label]
		fmt.Fprintf(b, "| %s | %s, at most %d characters | %s |\n", p.where, label, p.maxText, code(p.types))
	}
	for _, action := range actions {
		o := shapes["action in a quick reply: "+action.name].object
		writeObject(b, o)
	}
}

func writeObject(b *strings.Builder, o *object) {
	fmt.Fprintf(b, "\n### %s\n\n[LINE's reference](https://developers.line.biz/en/reference/messaging-api/#%s)", strings.ToUpper(o.title[:1])+o.title[1:], o.anchor)
	if o.deprecated != "" {
		fmt.Fprintf(b, " · deprecated, use %s", o.deprecated)
	}
	if o.maxBytes > 0 {
		fmt.Fprintf(b, " · at most %d KB", o.maxBytes>>10)
	}
	b.WriteString("\n")
	var rows strings.Builder
	for i := range o.fields {
		f := &o.fields[i]
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", f.name, mustWords(o, f), escapeCell(describe(o, f)))
	}
	if rows.Len() > 0 {
		b.WriteString("\n| field | required | what it takes |\n| --- | --- | --- |\n" + rows.String())
	}
	writeRules(b, o)
}

func writeRules(b *strings.Builder, o *object) {
	var rules []string
	for _, r := range o.rules {
		if r.says != "" {
			rules = append(rules, "- "+r.says+"\n")
		}
	}
	switch o.name {
	case "bubble":
		rules = append(rules, "- In a carousel `hero` takes no video.\n")
	case "box":
		rules = append(rules, "- With `layout` `baseline`, `contents` takes "+code(shapes["component in a baseline box"].union.values())+".\n",
			"- "+baselineIgnores.says+"\n")
	}
	if len(rules) > 0 {
		b.WriteString("\n" + strings.Join(rules, ""))
	}
}

// mustWords says whether a field is required.
func mustWords(o *object, f *field) string {
	switch {
	case byPlace(o, f):
		return "by place"
	case f.kind == tag || f.need == required:
		return "yes"
	case f.need == expected:
		return "yes (ours)"
	}
	return ""
}

// byPlace reports whether f is the label of an action.
func byPlace(o *object, f *field) bool {
	return f.name == "label" && strings.HasPrefix(o.name, "action ")
}

// tagValues are the values of a union's field that lead to o.
func tagValues(o *object, by string) []string {
	var values []string
	for _, s := range shapes {
		if s.union == nil || s.union.by != by {
			continue
		}
		for _, c := range s.union.cases {
			if c.shape != nil && slices.ContainsFunc(choicesOf(c.shape, nil), func(w way) bool { return w.object == o }) {
				values = append(values, c.value)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// describe is what a field takes, in words.
func describe(o *object, f *field) string {
	switch {
	case f.kind == tag && o.name == "box" && f.name == "layout":
		return "`vertical` `horizontal` `baseline`"
	case f.kind == tag:
		return code(tagValues(o, f.name))
	case byPlace(o, f):
		return "text; see the table above"
	}
	parts := []string{kindWords(f)}
	if limit := limitWords(f); limit != "" {
		parts = append(parts, limit)
	}
	if len(f.enum) > 0 {
		parts[0] = code(f.enum)
	}
	if f.format != nil {
		parts = append(parts, f.format.says)
	}
	if f.deprecated != "" {
		parts = append(parts, "deprecated, use `"+f.deprecated+"`")
	}
	if f.emptyOK {
		parts = append(parts, "may be empty")
	}
	if f.note != "" {
		parts = append(parts, f.note)
	}
	return strings.Join(parts, "; ")
}

func kindWords(f *field) string {
	switch f.kind {
	case str:
		return "text"
	case integer:
		return "whole number"
	case number:
		return "number"
	case boolean:
		return "`true` or `false`"
	case list:
		return "list of " + target(f.shape)
	case dict:
		return "object of " + target(f.shape)
	}
	return target(f.shape)
}

// target names what an object field or an entry may be.
func target(s *shape) string {
	switch {
	case s.object != nil:
		return s.object.title
	case s.scalar != nil:
		return "text of at most " + count(s.scalar.max, "unit") + ", " + s.scalar.format.says
	case strings.HasPrefix(s.union.name, "action "):
		return "action"
	}
	return code(s.union.values())
}

func limitWords(f *field) string {
	switch {
	case f.between != nil && f.soft != 0:
		return f.between.String() + " (ours)"
	case f.between != nil:
		return f.between.String()
	case f.kind == list || f.kind == dict:
		return entryWords(f)
	case f.max == 0:
		return ""
	}
	name := "unit"
	if f.unit == graphemeUnits {
		name = "character"
	}
	words := "at most " + count(f.max, name)
	if f.tight != nil {
		words += ", " + fmt.Sprint(f.tight.max) + " beside " + code(f.tight.when)
	}
	return words
}

func entryWords(f *field) string {
	switch {
	case f.max == 0:
		return ""
	case f.soft != 0:
		return fmt.Sprintf("at most %d, and at least %d (ours)", f.max, f.min)
	}
	return wanted(f)
}

// count is a number with thousands separated and its noun.
func count(n int, noun string) string {
	s := fmt.Sprint(n)
	if n >= 1000 {
		s = fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	return s + " " + noun + "s"
}

func code(values []string) string {
	values = slices.Clone(values)
	for i, v := range values {
		values[i] = "`" + v + "`"
	}
	return strings.Join(values, " ")
}

func escapeCell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
