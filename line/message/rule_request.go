package message

// onlyLastQuickReply: of several messages LINE shows the last one's quick
// reply (LINE reference, "Quick reply").
var onlyLastQuickReply = rule{
	says: "Only the last message's `quickReply` is shown. (warning)",
	check: func(c *checker, _ int32) {
		if c.messages < 0 {
			return
		}
		last := c.nodes[c.messages].count - 1
		for m := range c.children(c.messages) {
			if c.nodes[m].ord == last {
				return
			}
			if reply := c.member(m, "quickReply"); reply >= 0 {
				c.report(Warning, codeIgnored, reply, "is shown only on the last message, messages[%d]", last)
			}
		}
	},
}

// trackingOnlyForUsers: a video's trackingId works in one-to-one chats only
// (LINE reference, "Video message").
var trackingOnlyForUsers = rule{
	says: "`trackingId` of a video is not for groups and rooms. (warning)",
	check: func(c *checker, _ int32) {
		if c.recipient != 'C' && c.recipient != 'R' || c.messages < 0 {
			return
		}
		for m := range c.children(c.messages) {
			if id := c.member(m, "trackingId"); id >= 0 {
				c.report(Warning, codeIgnored, id, "is not for groups and rooms, and \"to\" is one")
			}
		}
	},
}

// mentionsOnlyInGroups: LINE reference, "Mention object". Its validate
// endpoint does not see this either, so it stays a Warning.
var mentionsOnlyInGroups = rule{
	says: "A mention is for groups and rooms only. (warning)",
	check: func(c *checker, _ int32) {
		if c.recipient != 'U' || c.messages < 0 {
			return
		}
		for m := range c.children(c.messages) {
			substitution := c.member(m, "substitution")
			if substitution < 0 || c.nodes[substitution].kind != kindObject {
				continue
			}
			for key := range c.children(substitution) {
				if string(c.stringMember(key+1, "type")) == "mention" {
					c.report(Warning, codeIgnored, key+1, "is a mention, which is for groups and rooms only, and \"to\" is a user")
				}
			}
		}
	},
}
