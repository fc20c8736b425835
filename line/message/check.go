package message

import (
	"cmp"
	"fmt"
	"slices"
)

// maxBody is the largest request LINE reads (LINE reference, "Status codes",
// 413: "max size of 2MB").
const maxBody = 2 << 20

// Check reads the body of a push request, {"to": …, "messages": […]}, and
// returns everything it finds, in the order of the body. It never fails: a
// body that is not JSON is one finding. "to" may be missing, because the
// engine adds it. Check keeps no reference to body and is safe for concurrent
// use.
func Check(body []byte) []Finding {
	return check(body, func(c *checker) {
		c.startMessages(c.member(0, "messages"))
		c.recipient = recipientKind(c.stringMember(0, "to"))
		c.shape(shapes["request"], 0)
	})
}

// CheckMessages is Check for the array of messages alone; paths start at the
// array, such as "/0/text".
func CheckMessages(messages []byte) []Finding {
	return check(messages, func(c *checker) {
		c.startMessages(0)
		c.value(messagesField, 0)
		onlyLastQuickReply.check(c, -1)
	})
}

// messagesField is the row of a request's messages.
var messagesField = func() *field {
	request := shapes["request"].object
	return &request.fields[request.index["messages"]]
}()

// check scans body and lets walk judge it.
func check(body []byte, walk func(c *checker)) []Finding {
	if len(body) > maxBody {
		return []Finding{{Severity: Error, Code: codeTooLarge, Message: -1, Limit: maxBody, Actual: len(body),
			Detail: fmt.Sprintf("the body is %d bytes; LINE reads %d", len(body), maxBody)}}
	}
	t, problems, ok := scan(body)
	if !ok {
		p := problems[0]
		return []Finding{{Severity: p.severity, Code: p.code, Message: -1, Offset: p.offset, Detail: p.detail}}
	}
	c := checker{tape: t, messages: -1}
	walk(&c)
	for _, p := range problems {
		c.add(Finding{Severity: p.severity, Code: p.code, Offset: p.offset, Detail: c.label(p.node) + " " + p.detail}, p.node)
	}
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code))
	})
	return c.findings
}
