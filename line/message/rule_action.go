package message

import "time"

// displayTextOrText: LINE reference, "Postback action".
var displayTextOrText = rule{
	says: "`displayText` and `text` exclude each other.",
	check: func(c *checker, n int32) {
		if text := c.member(n, "text"); text >= 0 && c.member(n, "displayText") >= 0 {
			c.report(Error, codeConflict, text, "and displayText exclude each other; keep displayText")
		}
	},
}

// fillInNeedsKeyboard: LINE says fillInText is valid "only when" the keyboard
// opens, which may mean refused or ignored.
var fillInNeedsKeyboard = rule{
	says: "`fillInText` needs `inputOption` `openKeyboard`. (warning)",
	check: func(c *checker, n int32) {
		fill := c.member(n, "fillInText")
		if fill >= 0 && string(c.stringMember(n, "inputOption")) != "openKeyboard" {
			c.report(Warning, codeIgnored, fill, "works only with inputOption openKeyboard")
		}
	},
}

// altUriIgnored: LINE reference, "URI action": "doesn't work in quick reply".
var altUriIgnored = rule{
	says: "`altUri` does not work in a quick reply. (warning)",
	check: func(c *checker, n int32) {
		if alt := c.member(n, "altUri"); alt >= 0 {
			c.report(Warning, codeIgnored, alt, "does not work in a quick reply")
		}
	},
}

// timeForm is how a mode of the datetimepicker writes a time; from and to are
// its ends.
type timeForm struct{ mode, layout, from, to, example string }

var timeForms = []timeForm{
	{"date", "2006-01-02", "1900-01-01", "2100-12-31", "2026-12-31"},
	{"time", "15:04", "00:00", "23:59", "09:30"},
	{"datetime", "2006-01-02T15:04", "1900-01-01T00:00", "2100-12-31T23:59", "2026-12-31T09:30"},
}

// timesInOrder: LINE reference, "Date and time format".
var timesInOrder = rule{
	says: "`initial`, `min` and `max` are in the form of `mode`: `2026-12-31` (date), `09:30` (time) or `2026-12-31T09:30` (datetime), " +
		"from 1900-01-01 to 2100-12-31; `min` is before `max`. `initial` is between them (warning).",
	check: func(c *checker, n int32) {
		mode := string(c.stringMember(n, "mode"))
		for _, f := range timeForms {
			if f.mode == mode {
				c.times(n, f)
			}
		}
	},
}

// times checks the three times of a picker. Written in one form they compare
// as strings do.
func (c *checker) times(n int32, f timeForm) {
	low, high, start := c.time(n, "min", f), c.time(n, "max", f), c.time(n, "initial", f)
	if low != "" && high != "" && low >= high {
		c.report(Error, codeOutOfRange, c.member(n, "max"), "%s must be after min %s", high, low)
	}
	if start != "" && (low != "" && start < low || high != "" && start > high) {
		c.report(Warning, codeOutOfRange, c.member(n, "initial"), "%s is outside min and max", start)
	}
}

// time is a time of a picker with T for t, or "" when it is missing or wrong.
func (c *checker) time(n int32, name string, f timeForm) string {
	at := c.member(n, name)
	if at < 0 || c.nodes[at].kind != kindString {
		return ""
	}
	text := string(c.content(at))
	if f.mode == "datetime" && len(text) > 10 && text[10] == 't' {
		text = text[:10] + "T" + text[11:]
	}
	switch _, err := time.Parse(f.layout, text); {
	case err != nil || len(text) != len(f.layout): // Parse takes 9:00 for 09:00
		c.report(Error, codeBadFormat, at, "%q is no %s; write it as %s", clip(c.content(at), 40), f.mode, f.example)
		return ""
	case text < f.from || text > f.to:
		c.report(Error, codeOutOfRange, at, "%s is outside %s to %s", text, f.from, f.to)
		return ""
	}
	return text
}
