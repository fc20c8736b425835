package simulator

import "strings"

// Limits of a request and its messages (LINE reference, Send push message and
// Message objects).
const (
	maxBody       = 2 << 20
	maxMessages   = 5
	maxMulticast  = 500
	maxUnits      = 1    // names of a request
	maxUnitNames  = 1000 // names of a month
	maxQuickReply = 13
	maxURL        = 2000
	maxAltText    = 1500
	maxBubble     = 30 << 10
	maxCarousel   = 50 << 10
)

// fieldKind is what a field must hold.
type fieldKind uint8

const (
	stringField fieldKind = iota // 1 to max UTF-16 code units
	httpsField                   // an https URL of at most max code units
	numberField
	objectField // an object; types lists what its "type" may be
	arrayField  // 1 to max elements
)

// field is a rule for one field of a message object.
type field struct {
	name  string
	kind  fieldKind
	max   int
	types []string
}

// messageType is a row: a message type, the fields LINE requires of it, and
// whether a message of it can be quoted, which shows in the answer to a push.
type messageType struct {
	name     string
	quotable bool
	fields   []field
}

// messageTypes is every type LINE accepts. One more type is one more row.
var messageTypes = []messageType{
	{"text", true, []field{{name: "text", max: 5000}}},
	{"textV2", true, []field{{name: "text", max: 5000}}},
	{"sticker", true, []field{{name: "packageId", max: 100}, {name: "stickerId", max: 100}}},
	{"image", true, media("originalContentUrl", "previewImageUrl")},
	{"video", true, media("originalContentUrl", "previewImageUrl")},
	{"audio", false, append(media("originalContentUrl"), field{name: "duration", kind: numberField})},
	{"location", false, []field{{name: "title", max: 100}, {name: "address", max: 100},
		{name: "latitude", kind: numberField}, {name: "longitude", kind: numberField}}},
	{"coupon", false, []field{{name: "couponId", max: 100}}},
	{"imagemap", false, append(media("baseUrl"), field{name: "altText", max: maxAltText},
		field{name: "baseSize", kind: objectField}, field{name: "actions", kind: arrayField, max: 50})},
	{"template", true, []field{{name: "altText", max: maxAltText},
		{name: "template", kind: objectField, types: []string{"buttons", "confirm", "carousel", "image_carousel"}}}},
	{"flex", true, []field{{name: "altText", max: maxAltText},
		{name: "contents", kind: objectField, types: []string{"bubble", "carousel"}}}},
}

// media makes the rules of https URLs.
func media(names ...string) []field {
	fields := make([]field, len(names))
	for i, name := range names {
		fields[i] = field{name: name, kind: httpsField, max: maxURL}
	}
	return fields
}

// findType is the row of a message's type, or nil.
func findType(name []byte) *messageType {
	for i := range messageTypes {
		if string(name) == messageTypes[i].name {
			return &messageTypes[i]
		}
	}
	return nil
}

// typeNames lists the types as LINE's complaint does.
func typeNames() string {
	var list strings.Builder
	list.WriteString("[")
	for i, t := range messageTypes {
		if i > 0 {
			list.WriteString(", ")
		}
		list.WriteString(t.name)
	}
	return list.String() + "]"
}

// flexTypes are the components of a Flex Message (LINE reference, Flex Message).
var flexTypes = []string{"bubble", "carousel", "box", "button", "image", "video", "icon", "text", "span",
	"separator", "filler", "linearGradient",
	"postback", "message", "uri", "datetimepicker", "clipboard"} // actions
