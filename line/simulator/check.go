package simulator

import "fmt"

// checker reads the body of a send or validate request and collects what LINE
// would complain about.
type checker struct {
	scanner
	multicast bool
	toNeeded  bool // validate looks at the messages only

	to       []personID
	messages int
	quotable uint8  // bit i: message i can be quoted
	unit     []byte // the name in customAggregationUnits

	sawTo, sawMessages bool
	badTo              string // the property of the first malformed recipient
	list               []complaint
	flex               *reply // a refused Flex Message has a form of its own
}

// check reads body. A nil reply means LINE would take it, as far as bodies go.
func (c *checker) check(body []byte) *reply {
	c.scanner = newScanner(body)
	if c.space() != '{' || !c.object(c.member) || !c.end() {
		r := notJSON(&c.scanner)
		return &r
	}
	if !c.sawMessages {
		c.complain("May not be empty", "messages")
	}
	if c.toNeeded && !c.sawTo {
		c.complain("May not be empty", "to")
	}
	switch {
	case c.badTo != "":
		r := badProperty(c.badTo)
		return &r
	case len(c.list) > 0:
		r := complaints(c.list)
		return &r
	}
	return c.flex
}

func (c *checker) complain(message, property string) {
	c.list = append(c.list, complaint{message, property})
}

// member reads one member of the request; unknown ones are let through.
func (c *checker) member(key []byte) bool {
	first := c.space()
	switch string(text(key)) {
	case "to":
		return c.recipients(first)
	case "messages":
		return c.messageList(first)
	case "notificationDisabled":
		return c.boolean("notificationDisabled")
	case "customAggregationUnits":
		return c.units(first)
	}
	return c.skip()
}

// skip consumes a value.
func (c *checker) skip() bool {
	_, ok := c.value()
	return ok
}

// boolean reads true or false.
func (c *checker) boolean(name string) bool {
	raw, ok := c.value()
	if ok && string(raw) != "true" && string(raw) != "false" {
		c.complain("Must be one of the following values: [true, false]", name)
	}
	return ok
}

// units reads customAggregationUnits.
func (c *checker) units(first byte) bool {
	if first != '[' {
		c.complain("Size must be between 0 and 1", "customAggregationUnits")
		return c.skip()
	}
	n := 0
	ok := c.array(func(int) bool {
		n++
		raw, ok := c.value()
		if ok && !unitName(raw) {
			c.complain("Must match the regular expression: ^[a-zA-Z0-9_]{1,30}$", "customAggregationUnits")
		} else if ok {
			c.unit = raw[1 : len(raw)-1]
		}
		return ok
	})
	if n > maxUnits {
		c.complain("Size must be between 0 and 1", "customAggregationUnits")
	}
	return ok
}

// unitName reports a string of 1 to 30 of a-z, A-Z, 0-9 and _.
func unitName(raw []byte) bool {
	if !isString(raw) || len(raw) < 3 || len(raw) > 32 {
		return false
	}
	for _, b := range raw[1 : len(raw)-1] {
		if b != '_' && (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			return false
		}
	}
	return true
}

// recipients reads "to": a string, or the list of a multicast.
func (c *checker) recipients(first byte) bool {
	c.sawTo, c.to = true, c.to[:0]
	if !c.multicast || first != '[' {
		return c.recipient(-1)
	}
	n := 0
	ok := c.array(func(i int) bool { n++; return c.recipient(i) })
	if ok && (n == 0 || n > maxMulticast) {
		c.complain("Size must be between 1 and 500", "to")
	}
	return ok
}

// recipient reads the id at place i of "to", or "to" itself when i is -1.
// Groups and rooms can be pushed to, not multicast.
func (c *checker) recipient(i int) bool {
	raw, ok := c.value()
	if !ok {
		return false
	}
	id, valid := personID{}, false
	if isString(raw) {
		id, valid = parseID(text(raw))
	}
	switch {
	case valid && (!c.multicast || id[0] == 'U' && i >= 0):
		c.to = append(c.to, id)
	case c.badTo == "" && i < 0:
		c.badTo = "'to'"
	case c.badTo == "":
		c.badTo = fmt.Sprintf("to[%d]", i)
	}
	return true
}

// messageList reads "messages".
func (c *checker) messageList(first byte) bool {
	c.sawMessages, c.messages, c.quotable = true, 0, 0
	var ok bool
	if first != '[' {
		ok = c.skip()
	} else {
		ok = c.array(func(i int) bool {
			c.messages++
			members, ok := c.members()
			if ok && i < maxMessages {
				c.message(i, &members)
			}
			return ok
		})
	}
	if ok && (c.messages == 0 || c.messages > maxMessages) {
		c.complain("Size must be between 1 and 5", "messages")
	}
	return ok
}
