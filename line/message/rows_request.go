package message

// requestRows are the body of a send and what every message may carry
// (LINE reference, "Send push message" and "Common properties for messages").
var requestRows = tables{
	objects: []object{
		{name: "request", title: "request body", anchor: "send-push-message", fields: []field{
			{name: "to", kind: str, format: recipientFormat, note: "linecast adds it for each recipient"},
			{name: "messages", kind: list, need: required, min: 1, max: 5, of: "message"},
			{name: "notificationDisabled", kind: boolean},
			{name: "customAggregationUnits", kind: list, max: 1, of: "unit name", note: "linecast adds it for each run"},
		}, rules: []rule{onlyLastQuickReply, trackingOnlyForUsers, mentionsOnlyInGroups}},
		{name: "quick reply", title: "quick reply", anchor: "items-object", fields: []field{
			{name: "items", kind: list, need: required, min: 1, max: 13, soft: softMin, of: "quick reply item"},
		}},
		{name: "quick reply button", title: "quick reply button", anchor: "quick-reply-button-object", fields: []field{
			{name: "imageUrl", kind: str, max: 2000, format: pngURL, note: "1:1, at most 1 MB"},
			{name: "action", kind: obj, need: required, of: "action in a quick reply"},
		}},
		{name: "sender", title: "sender", anchor: "icon-nickname-switch", fields: []field{
			{name: "name", kind: str, max: 20, format: senderFormat},
			{name: "iconUrl", kind: str, max: 2000, format: pngURL, note: "1:1, at most 1 MB"},
		}},
	},
	unions: []union{
		{name: "message", title: "a message", cases: []choice{
			{value: "text", of: "text message"},
			{value: "textV2", of: "textV2 message"},
			{value: "sticker", of: "sticker message"},
			{value: "image", of: "image message"},
			{value: "video", of: "video message"},
			{value: "audio", of: "audio message"},
			{value: "location", of: "location message"},
			{value: "coupon", of: "coupon message"},
			{value: "imagemap", of: "imagemap message"},
			{value: "template", of: "template message"},
			{value: "flex", of: "flex message"},
		}},
		{name: "quick reply item", title: "a quick reply item", closed: true, cases: []choice{{value: "action", of: "quick reply button"}}},
	},
	scalars: []scalar{
		{"unit name", field{name: "unit name", kind: str, need: required, max: 30, format: wordFormat}},
	},
}

// message makes the row of a message type: its own fields and those that every
// message may carry.
func message(typ, anchor string, fields []field, rules ...rule) object {
	return object{name: typ + " message", title: typ + " message", anchor: anchor, rules: rules, fields: append(fields,
		field{name: "quickReply", kind: obj, of: "quick reply"},
		field{name: "sender", kind: obj, of: "sender"},
	)}
}
